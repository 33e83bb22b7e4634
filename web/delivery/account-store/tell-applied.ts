import type { AccountId, ConversationId } from "../../../src/protocol/ids.ts";
import type { Client } from "../client.ts";
import type { DraftPlace } from "../patches.ts";
import { tellProfile } from "../profiles/profile-records.ts";
import { readConversationView } from "../views.ts";
import type { Applied } from "./apply-rows.ts";
import { agreedOf } from "./note-change.ts";

/** Shows what other devices changed. What it shows stands in storage, so nothing is lost where nobody looks. */
export async function tellApplied(client: Client, applied: readonly Applied[]): Promise<void> {
  const keysOf = (store: Applied["store"]) => [
    ...new Set(applied.filter((one) => one.store === store).map(({ key }) => key)),
  ];
  await tellDrafts(client, keysOf("drafts"));
  const people = keysOf("people") as AccountId[];
  await tellPeople(client, people);
  const changed = new Set(keysOf("conversations") as ConversationId[]);
  for (const accountId of people) {
    const direct = await client.vault.read("direct", accountId);
    if (direct) changed.add(direct.conversationId);
  }
  for (const id of keysOf("channels") as ConversationId[]) await followChannel(client, id, changed);
  const views = await Promise.all(
    [...changed].map((id) => readConversationView(client.vault, client.accountId, id)),
  );
  const conversations = views.flatMap((view) => view ?? []);
  if (conversations.length > 0) client.tell({ kind: "conversations", conversations, complete: false });
  if (keysOf("profiles").length > 0) {
    await tellProfile(client, client.accountId);
    client.fetchProfiles();
  }
}

async function tellDrafts(client: Client, places: readonly string[]): Promise<void> {
  if (places.length === 0) return;
  const drafts = await Promise.all(
    places.map(async (place) => ({
      conversationId: place as DraftPlace,
      text: (await client.vault.read("drafts", place))?.text ?? "",
    })),
  );
  client.tell({ kind: "drafts", drafts });
}

async function tellPeople(client: Client, people: readonly AccountId[]): Promise<void> {
  if (people.length === 0) return;
  const nicknames = await Promise.all(
    people.map(async (accountId) => ({
      accountId,
      nickname: (await client.vault.read("people", accountId))?.nickname,
    })),
  );
  client.tell({ kind: "profiles", profiles: [], nicknames });
  for (const accountId of people) await tellProfile(client, accountId);
}

/** Left on another device; one that was joined there waits: see `join-waiting.ts`. */
async function followChannel(
  client: Client,
  id: ConversationId,
  changed: Set<ConversationId>,
): Promise<void> {
  if (!(await client.vault.read("channels", id))) return;
  const { handle } = agreedOf("channels", await client.vault.read("shared", `channels/${id}`));
  if (handle !== undefined) changed.add(id);
  else await (await import("../channels/run-channel-command.ts")).forgetChannel(client, id);
}
