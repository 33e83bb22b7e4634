import { dropArchive, listArchives } from "../../../src/protocol/archive.ts";
import type { ConversationId } from "../../../src/protocol/ids.ts";
import { EVERYTHING } from "../../storage/key.ts";
import type { Change } from "../../storage/vault.ts";
import { type Client, locked } from "../client.ts";
import type { Results } from "../commands.ts";
import { OWN_PRIVACY, readPrivacy } from "../people/privacy.ts";
import { shelve } from "../people/shelve.ts";
import type { LiveSession } from "../session/live-session.ts";
import { sentNothing } from "./archive-record.ts";
import type { ArchiveCommand } from "./commands.ts";

/** About what is kept for this account's devices to come. */
export async function runArchiveCommand(
  session: LiveSession,
  command: ArchiveCommand,
): Promise<Results[ArchiveCommand["kind"]]> {
  const { client, archiver } = session;
  switch (command.kind) {
    case "read_archive": {
      const { bytes } = await client.call(listArchives, {});
      return { bytes, isFull: archiver.isFull() };
    }
    case "keep_archive":
      await choose(client, command.conversationId, command.on);
      archiver.soon();
      return undefined;
    case "drop_archive":
      return drop(client, command.conversationId);
  }
}

async function choose(client: Client, id: ConversationId | null, on: boolean): Promise<void> {
  if (id !== null) return shelve(client, id, { unkept: !on });
  await locked(client, async (change) => {
    change.put("privacy", OWN_PRIVACY, { ...(await readPrivacy(change)), archive: on });
  });
}

/** Switched off first: else what is deleted would be sent again. */
async function drop(client: Client, id: ConversationId | null): Promise<undefined> {
  await choose(client, id, false);
  await client.call(dropArchive, { conversationId: id });
  await locked(client, async (change) => {
    const ids =
      id === null
        ? (await change.list("archives", { ...EVERYTHING, limit: 10_000 })).map(({ key }) => key)
        : [id];
    for (const one of ids) await forget(change, one);
  });
}

async function forget(change: Change, id: string): Promise<void> {
  const kept = await change.read("archives", id);
  if (kept) change.put("archives", id, { ...kept, ...sentNothing(kept.from), reach: 0, ended: true });
}
