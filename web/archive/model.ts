import { createModel, signal } from "@preact/signals";
import type { ConversationId } from "../../src/protocol/ids.ts";
import type { Conversations } from "../conversations/model.ts";
import type { ArchiveView } from "../delivery/archive/commands.ts";
import { readFailure } from "../read-failure.ts";

/** The archive of one conversation, or of all. */
export const Archive = createModel(
  (
    act: Conversations["doArchive"],
    readPrivacy: Conversations["readPrivacy"],
    conversationId: ConversationId | null = null,
  ) => {
    /** Of the account, undefined until it was read. */
    const isOn = signal<boolean | undefined>(undefined);
    /** It could not be read. */
    const failed = signal(false);
    /** Undefined while the server does not say. */
    const kept = signal<ArchiveView | undefined>(undefined);
    const busy = signal(false);
    const dropped = signal(false);
    const failure = signal<string | undefined>(undefined);

    async function load(): Promise<void> {
      try {
        isOn.value = (await readPrivacy()).archive;
        failed.value = false;
      } catch {
        failed.value = true;
      }
      if (conversationId === null) kept.value = await act({ kind: "read_archive" }).catch(() => undefined);
    }

    const choose = (on: boolean) =>
      attempt(async () => {
        await act({ kind: "keep_archive", conversationId, on });
        if (conversationId === null) isOn.value = on;
        dropped.value = false;
      });

    const drop = () =>
      attempt(async () => {
        await act({ kind: "drop_archive", conversationId });
        dropped.value = true;
        await load();
      });

    /** Whether it was done. */
    async function attempt(work: () => Promise<void>): Promise<boolean> {
      busy.value = true;
      failure.value = undefined;
      try {
        await work();
        return true;
      } catch (error) {
        failure.value = readFailure(error);
        return false;
      } finally {
        busy.value = false;
      }
    }

    return { isOn, failed, kept, busy, dropped, failure, load, choose, drop };
  },
);
export type Archive = InstanceType<typeof Archive>;
