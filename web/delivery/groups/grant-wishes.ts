import type { ConversationId } from "../../../src/protocol/ids.ts";
import { StorageFailed } from "../../storage/storage.ts";
import type { Client } from "../client.ts";
import { codeOf, Failed, Refused, Unreachable } from "../failures.ts";
import { moveConversation } from "../inbox/move-conversation.ts";
import { makeWish } from "./change-group.ts";
import { endGroup } from "./end-group.ts";
import { isOut } from "./people.ts";
import { areWishesDue, withoutWish } from "./wishes.ts";

/** What waited is made on the group as it is now; what nobody lets this person make is dropped, and they are told why. */
export async function grantWishes(client: Client, id: ConversationId): Promise<void> {
  for (;;) {
    const conversation = await client.vault.read("conversations", id);
    const [wished] = conversation?.wishes ?? [];
    if (!conversation || !wished || !areWishesDue(conversation)) return;
    try {
      await makeWish(client, id, wished);
      if (wished.wish.kind === "end") await endGroup(client, id);
    } catch (cause) {
      if (cause instanceof Failed && cause.code === "change_waits") return;
      if (isOfAnother(cause)) throw cause;
      if (!(cause instanceof Refused || cause instanceof Failed)) console.error(cause);
      await moveConversation(client, id, (now) => {
        const rest = withoutWish(now, wished);
        return isOut(now) ? rest : { ...rest, refusedChange: codeOf(cause) };
      });
    }
  }
}

/** Says nothing about the change: of the network, this device or its session. */
function isOfAnother(cause: unknown): boolean {
  if (cause instanceof Refused) return /^(session|device)\./.test(cause.code);
  return cause instanceof Unreachable || cause instanceof StorageFailed;
}
