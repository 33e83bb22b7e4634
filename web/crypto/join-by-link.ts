import type { ClientState } from "ts-mls";
import type { CommitBundle } from "../../src/protocol/conversations.ts";
import type { MessageId } from "../../src/protocol/ids.ts";
import { type GroupFacts, judgeCommit, type LeafFacts } from "../../src/protocol/judge-commit.ts";
import type { Device } from "./device.ts";
import { CryptoFailure } from "./failure.ts";
import { fingerprintRoot } from "./fingerprint-root.ts";
import { type Group, memberOf } from "./group.ts";
import { commitInto, readShown } from "./join-externally.ts";
import type { GroupExpected } from "./join-group.ts";
import { type JoinLink, proveJoin } from "./join-link.ts";

/**
 * Into a group by external commit, with a link of it. Whoever signed the GroupInfo must be `known` to whoever sealed
 * the link's preview (by fingerprint), because a server could make up a whole group around the link's public key.
 * Throws `unusable` for a signer who is not, `not_allowed` when the members would refuse the commit, and as
 * `joinFromWelcome`.
 */
export async function joinByLink(
  of: {
    groupInfo: Uint8Array;
    device: Device;
    commitId: MessageId;
    now: number;
    link: JoinLink;
    known: readonly string[];
  } & GroupExpected,
): Promise<{ bundle: CommitBundle; pending: Group }> {
  const { groupInfo, facts, signer } = await readShown(of);
  if (
    !signer ||
    !of.known.includes(await fingerprintRoot(signer.accountId, Uint8Array.from(signer.rootPublicKey)))
  )
    throw new CryptoFailure("unusable", "nobody whom the link's maker knew vouches for this group");
  const joining = { ...of.device, groupId: facts.groupId, epoch: facts.epoch };
  const proof = await proveJoin(of.link, joining, of.now);
  const made = await commitInto(groupInfo, { ...of, former: undefined, proof, epoch: facts.epoch });
  await demandMayJoin(facts, made.pending, of.link);
  return made;
}

/** Judged as every member will judge it. */
async function demandMayJoin(facts: GroupFacts, { device, state }: Group, link: JoinLink): Promise<void> {
  const by = { kind: "newcomer" } as const;
  const joiner = ownLeaf(state, device);
  const proposals = [{ kind: "external_init", by } as const];
  const rest = { pathHolder: joiner, retired: undefined, linkKey: link.publicKey, departed: undefined };
  const verdict = judgeCommit(facts, { epoch: facts.epoch, sender: by, proposals, ...rest });
  if (verdict.kind === "refused") throw new CryptoFailure("not_allowed", verdict.why);
}

function ownLeaf(state: ClientState, device: Device): LeafFacts {
  const { leafIndex } = state.privatePath;
  const node = state.ratchetTree[leafIndex * 2];
  if (node?.nodeType !== "leaf") throw new CryptoFailure("malformed", `no leaf of ${device.deviceId}`);
  return memberOf(node.leaf, leafIndex);
}
