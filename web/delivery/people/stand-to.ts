import type { AccountId, ConversationId } from "../../../src/protocol/ids.ts";
import { between, EVERYTHING } from "../../storage/key.ts";
import type { Change } from "../../storage/vault.ts";
import { type Client, locked } from "../client.ts";
import type { Results } from "../commands.ts";
import { erased } from "../deeds/apply-deed.ts";
import type { Standing } from "../patches.ts";
import { renewProfileKey, tellProfile } from "../profiles/profile-records.ts";
import { readConversationView } from "../views.ts";

const MOST_PEOPLE = 10_000;
/** Of somebody who only just asks. */
const MOST_FORGOTTEN = 10_000;

/** Nobody is told: neither the other nor the server. */
export async function standTo(
  client: Client,
  accountId: AccountId,
  standing: Exclude<Standing, "asking">,
): Promise<undefined> {
  await locked(client, async (change) => {
    const person = await change.read("people", accountId);
    change.put("people", accountId, { ...person, standing });
    if (standing === "blocked") await renewProfileKey(change, client.accountId);
    const direct = await change.read("direct", accountId);
    if (standing === "declined" && direct) await forgetTheirs(change, direct.conversationId, accountId);
  });
  client.fetchProfiles();
  await tellProfile(client, accountId);
  return tellConversation(client, accountId);
}

/** What they wrote leaves this device; its places stay, which the order of things is compared by. */
async function forgetTheirs(change: Change, id: ConversationId, accountId: AccountId): Promise<void> {
  const written = await change.list("messages", { ...between(id, 0), limit: MOST_FORGOTTEN });
  for (const { key, value } of written)
    if (value.sender === accountId && value.body.kind !== "commit")
      change.put("messages", key, erased(value, "blocked"));
  const conversation = await change.read("conversations", id);
  if (!conversation) return;
  const readUpTo = Math.max(conversation.readUpTo, conversation.cursor);
  change.put("conversations", id, { ...conversation, readUpTo, unread: 0, last: null });
}

export async function nameOtherwise(
  client: Client,
  accountId: AccountId,
  nickname: string,
): Promise<undefined> {
  await locked(client, async (change) => {
    const person = (await change.read("people", accountId)) ?? { standing: "accepted" as const };
    const { nickname: _, ...rest } = person;
    change.put("people", accountId, nickname === "" ? rest : { ...rest, nickname });
  });
  const named = { accountId, nickname: nickname === "" ? undefined : nickname };
  client.tell({ kind: "profiles", profiles: [], nicknames: [named] });
  return tellConversation(client, accountId);
}

export async function listBlocked({ vault }: Client): Promise<Results["list_blocked"]> {
  const people = await vault.list("people", { ...EVERYTHING, limit: MOST_PEOPLE });
  const blocked = people.filter(({ value }) => value.standing === "blocked");
  return Promise.all(
    blocked.map(async ({ key }) => {
      const accountId = key as AccountId;
      const { username } = (await vault.read("pins", accountId)) ?? { username: "" };
      return { accountId, username };
    }),
  );
}

async function tellConversation(client: Client, accountId: AccountId): Promise<undefined> {
  const direct = await client.vault.read("direct", accountId);
  const view = direct && (await readConversationView(client.vault, client.accountId, direct.conversationId));
  if (view) client.tell({ kind: "conversations", conversations: [view], complete: false });
  return undefined;
}
