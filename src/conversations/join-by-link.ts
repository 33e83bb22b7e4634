import { and, eq, lt, sql } from "drizzle-orm";
import type { Answering } from "../answer.ts";
import type { Queries } from "../db/database.ts";
import { groupLinks } from "../db/tables.ts";
import { inTurn } from "../devices/in-turn.ts";
import type { CommitChecked } from "../mls/check-commit.ts";
import type { LinkId } from "../protocol/ids.ts";
import type { joinByLink } from "../protocol/links.ts";
import { equalBytes } from "../protocol/signing.ts";
import { Refusal } from "../refusal.ts";
import { acceptCommit } from "./accept-commit.ts";
import { findLink } from "./find-link.ts";

/**
 * Somebody comes in by an external commit. That the link's key signed for them is judged as by every member; what
 * only a server can hold to, the time and the number of uses, is held to here. A retry is answered as before.
 */
export const answerJoinByLink: Answering<typeof joinByLink> = ({ linkId, preview, ...input }, request) =>
  inTurn(request.app.db, input.conversationId, async () => {
    const { app, session } = request;
    let most = 0;
    let publicKey = new Uint8Array();
    const find = async () => {
      const found = await findLink(app.db.read, linkId, session.accountId, app.clock.now());
      if (found.conversation.id !== input.conversationId) throw new Refusal("link.not_found");
      if (found.isInside || found.key.approval) throw new Refusal("commit.not_allowed");
      if (found.isUsedUp) throw new Refusal("link.used_up");
      most = found.key.uses;
      publicKey = found.link.publicKey;
      return found.conversation;
    };
    // Otherwise one link would be counted and another would let in.
    const judge = ({ linkKey }: CommitChecked) => {
      if (!linkKey || !equalBytes(linkKey, publicKey)) throw new Refusal("commit.not_allowed");
    };
    return acceptCommit(request, input, { find, judge, pass: (tx) => useLink(tx, linkId, most, preview) });
  });

async function useLink(tx: Queries, linkId: LinkId, most: number, preview: Uint8Array<ArrayBuffer>) {
  await countUse(tx, linkId, most);
  await tx.update(groupLinks).set({ preview }).where(eq(groupLinks.id, linkId));
}

/** One more by this link, or none: of two at once for the last place one is refused. */
export async function countUse(tx: Queries, linkId: LinkId, most: number): Promise<void> {
  const hasRoom = most === 0 ? undefined : lt(groupLinks.uses, most);
  const used = await tx
    .update(groupLinks)
    .set({ uses: sql`${groupLinks.uses} + 1` })
    .where(and(eq(groupLinks.id, linkId), hasRoom))
    .returning({ uses: groupLinks.uses });
  if (used.length === 0) throw new Refusal("link.used_up");
}
