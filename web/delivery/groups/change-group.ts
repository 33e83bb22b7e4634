import { type ConversationId, type MessageId, newId } from "../../../src/protocol/ids.ts";
import type { RefusalCode } from "../../../src/protocol/refusals.ts";
import type { CommitMade } from "../../crypto/commit.ts";
import { CryptoFailure } from "../../crypto/failure.ts";
import type { GroupWish, KeptWish } from "../../storage/group-wish.ts";
import { type Client, locked } from "../client.ts";
import { Failed, Refused, Unreachable } from "../failures.ts";
import { commitProposals } from "./commit-proposals.ts";
import { readGroup, readPending } from "./group-at-rest.ts";
import { type Make, prepareChange } from "./make-change.ts";
import { isOut } from "./people.ts";
import { deliverCommit, sendCommit } from "./send-commit.ts";
import { withoutWish } from "./wishes.ts";

const TRIES = 8;

/** Nothing when it is so already. Without network it is kept, and made when there is some: `change_waits`. */
export function changeGroup(client: Client, id: ConversationId, wish: GroupWish): Promise<void> {
  return makeWish(client, id, { wishId: newId<MessageId>(), wish });
}

export async function makeWish(client: Client, id: ConversationId, wished: KeptWish): Promise<void> {
  try {
    await makeUntilAdopted(client, id, wished, await prepareChange(client, wished.wish));
  } catch (cause) {
    if (!(cause instanceof Unreachable)) {
      await forgetWish(client, id, wished);
      const isForbidden = cause instanceof CryptoFailure && cause.reason === "not_allowed";
      throw isForbidden ? new Refused("commit.not_allowed", "") : cause;
    }
    if (!(await isKept(client, id, wished))) throw cause;
    client.tend(id);
    throw new Failed("change_waits");
  }
}

/** Made anew on what is there now for as long as others' changes come first. */
async function makeUntilAdopted(
  client: Client,
  id: ConversationId,
  wished: KeptWish,
  make: Make,
): Promise<void> {
  let refusal: RefusalCode | undefined;
  const refused = (code: RefusalCode) => {
    refusal = code;
  };
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    /** What waits already goes first. */
    await deliverCommit(client, id);
    await commitProposals(client, id);
    let made: CommitMade | undefined;
    const sent = await sendCommit(
      client,
      id,
      "change",
      async (change, conversation, commitId) => {
        made = undefined;
        if (conversation.state !== "ready") throw new Refused("commit.epoch_passed", "");
        const group = await readGroup(client, change, id);
        if (group) made = await make(group, commitId);
        return made;
      },
      { refused, wished },
    );
    if (made && sent === "adopted") return client.tend(id);
    if (!made && sent === "none") return demandInside(client, id);
    if (made && sent === "refused" && refusal !== "commit.epoch_passed")
      throw new Refused(refusal ?? "commit.not_allowed", "");
  }
  throw new Refused("commit.epoch_passed", "");
}

async function demandInside(client: Client, id: ConversationId): Promise<void> {
  const conversation = await client.vault.read("conversations", id);
  if (!conversation || isOut(conversation)) throw new Refused("conversation.not_found", "");
  if (conversation.state === "frozen") throw new Failed("crypto");
}

async function isKept({ vault }: Client, id: ConversationId, { wishId }: KeptWish): Promise<boolean> {
  const { wishes = [] } = (await vault.read("conversations", id)) ?? {};
  const waiting = await readPending(vault, id);
  return waiting?.wished?.wishId === wishId || wishes.some((one) => one.wishId === wishId);
}

function forgetWish(client: Client, id: ConversationId, wished: KeptWish): Promise<void> {
  return locked(client, async (change) => {
    const conversation = await change.read("conversations", id);
    if (conversation?.wishes) change.put("conversations", id, withoutWish(conversation, wished));
  });
}
