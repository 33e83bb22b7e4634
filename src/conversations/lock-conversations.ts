import type { Writing } from "../db/database.ts";
import type { ConversationId } from "../protocol/ids.ts";

type Row = Record<string, string | null>;

/** A conversation's own row, as it stays until the end of the write. */
export interface Locked {
  readonly generation: number;
  readonly epoch: number;
  readonly head: number;
  readonly membershipVersion: number;
  /** Not everybody may write, or not at will. */
  readonly limitsWriting: boolean;
}

/**
 * Whoever changes anything of a conversation in a `read_committed` write calls this first: all that it
 * reads afterwards is of now, and stays. In the order of their ids, so that no two writes wait for each other.
 */
export async function lockConversations(
  tx: Writing,
  ids: Iterable<ConversationId>,
): Promise<Map<ConversationId, Locked>> {
  const ordered = [...new Set(ids)].sort();
  const found = await tx.each<Row>(
    {
      sql: `SELECT generation, epoch, head, membership_version, who_writes, pause
        FROM conversations WHERE id = $1 ${tx.forUpdate}`,
      takes: ["text"],
    },
    ordered.map((id) => [id]),
  );
  const locked = new Map<ConversationId, Locked>();
  for (const [index, id] of ordered.entries()) {
    const row = found[index]?.[0];
    if (row !== undefined) locked.set(id, asLocked(row));
  }
  return locked;
}

function asLocked(row: Row): Locked {
  return {
    generation: Number(row["generation"]),
    epoch: Number(row["epoch"]),
    head: Number(row["head"]),
    membershipVersion: Number(row["membership_version"]),
    limitsWriting: row["who_writes"] !== null || Number(row["pause"]) > 0,
  };
}
