import type { CommitBundle } from "../protocol/conversations.ts";

/** Far more than a commit between a few devices takes. */
const COUNTS_ONCE = 64 * 1024;

/** As how many changes of a group one counts: nobody can check what a Welcome holds, and it is kept for long. */
export function weighCommit({ commit, welcome, groupInfo }: CommitBundle): number {
  const bytes = commit.byteLength + (welcome?.byteLength ?? 0) + groupInfo.byteLength;
  return Math.ceil(bytes / COUNTS_ONCE);
}
