import type { CommitBundle } from "../protocol/conversations.ts";

/** Far more than a commit between a few devices takes. */
const COUNTS_ONCE = 64 * 1024;

/**
 * As how many changes of a group one counts: nobody can check what a Welcome holds, and it is kept for long. However
 * little is sent, a large group has to be read for it: `kept` bytes.
 */
export function weighCommit({ commit, welcome, groupInfo }: CommitBundle, kept = 0): number {
  const sent = commit.byteLength + (welcome?.byteLength ?? 0) + groupInfo.byteLength;
  return weighBytes(Math.max(sent, kept));
}

export function weighBytes(bytes: number): number {
  return Math.ceil(bytes / COUNTS_ONCE);
}
