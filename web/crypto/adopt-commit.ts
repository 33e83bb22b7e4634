import { CryptoFailure } from "./failure.ts";
import { type Group, groupAround } from "./group.ts";

/**
 * The pending group in place of the one its commit was made from, once the server has accepted it. Messages
 * may have been opened meanwhile: their keys are as used up in the new group's past as in `current`. Throws
 * `wrong_epoch` when the pending group does not follow the current one.
 */
export function adoptCommit(pending: Group, current: Group): Group {
  const follows = pending.generation === current.generation && pending.epoch === current.epoch + 1;
  if (!follows) throw new CryptoFailure("wrong_epoch", "the pending group does not follow this one");
  const used = new Map(
    [...current.state.historicalReceiverData].map(([epoch, { secretTree }]) => [epoch, secretTree]),
  ).set(BigInt(current.epoch), current.state.secretTree);
  const historicalReceiverData = new Map(
    [...pending.state.historicalReceiverData].map(([epoch, past]) => [
      epoch,
      { ...past, secretTree: used.get(epoch) ?? past.secretTree },
    ]),
  );
  return groupAround({ ...pending.state, historicalReceiverData }, pending.device, pending.epochHashes);
}
