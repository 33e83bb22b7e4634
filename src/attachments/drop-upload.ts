import { eq } from "drizzle-orm";
import type { App } from "../app.ts";
import { attachments } from "../db/tables.ts";
import type { AttachmentId } from "../protocol/ids.ts";
import { filesOf } from "./files.ts";
import { dropGathered } from "./gather.ts";

/** The row first: a file that nothing names is a smaller evil than a name without its file. */
export async function dropUpload(app: App, id: AttachmentId): Promise<void> {
  await app.db.write((tx) => tx.delete(attachments).where(eq(attachments.id, id)));
  await dropBytes(app, id);
}

export async function dropBytes(app: Pick<App, "config">, id: AttachmentId): Promise<void> {
  await Promise.all([dropGathered(app, id), filesOf(app).remove(id)]);
}
