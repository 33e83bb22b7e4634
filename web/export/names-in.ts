import type { AccountId } from "../../src/protocol/ids.ts";
import { nameOfSender } from "../conversations/name-of.ts";
import type { ConversationView } from "../delivery/patches.ts";
import type { ExportSource } from "./write-export.ts";

/** What people of a conversation are called in its export. */
export function namesIn({ me }: Pick<ExportSource, "me">, conversation: ConversationView) {
  return (account: AccountId): string =>
    account === me.accountId ? me.username : nameOfSender(conversation, account);
}
