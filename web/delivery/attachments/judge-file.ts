import { FILE_KINDS, type FileKind } from "../../attachments/file-kinds.ts";

export interface Judged {
  readonly name: string;
  readonly type: string;
  /** Of what its content begins with: null for nothing known, undefined where it was not read. */
  readonly leads: string | null | undefined;
}

export type Verdict = "allowed" | "attachment.not_allowed" | "attachment.disagrees";

/** Types that show themselves in the first bytes: of these, one that nothing is known of is not believed. */
const SHOWN_BY_CONTENT = /^(image|audio|video)\//;

/**
 * Whether the server's list takes this file by its ending or its type; an empty list takes everything. What
 * its name, its type and its content say must agree: otherwise any file would pass under a name that is allowed.
 */
export function judgeFile(allowed: readonly string[], file: Judged): Verdict {
  if (allowed.length === 0) return "allowed";
  const ending = endingOf(file.name);
  const type = bareType(file.type);
  const claimed = claimedKinds(ending, type);
  if (claimed === "contradictory") return "attachment.disagrees";
  const known = claimed.filter(({ leads }) => file.leads === undefined || leads === file.leads);
  if (claimed.length > 0 && known.length === 0) return "attachment.disagrees";
  const types = type === "" ? (known[0]?.types.slice(0, 1) ?? []) : [type];
  const isTaken = allowed.some((entry) => {
    const wanted = entry.toLowerCase();
    if (wanted.startsWith(".")) return file.name.toLowerCase().endsWith(wanted);
    const isWanted = (one: string) =>
      wanted.endsWith("/*") ? one.startsWith(wanted.slice(0, -1)) : one === wanted;
    return types.some((one) => isWanted(one) && (known.length > 0 || !SHOWN_BY_CONTENT.test(one)));
  });
  return isTaken ? "allowed" : "attachment.not_allowed";
}

/** The kinds that are called like this; none where neither the ending nor the type is known here. */
function claimedKinds(ending: string, type: string): readonly FileKind[] | "contradictory" {
  if (ending === "" && type === "") return FILE_KINDS;
  const ended = FILE_KINDS.filter(({ endings }) => endings.includes(ending));
  const typed = FILE_KINDS.filter(({ types }) => types.includes(type));
  if (ending === "") return typed;
  if (type === "") return ended;
  const both = typed.filter((kind) => ended.includes(kind) || (ended.length === 0 && kind.anyEnding));
  return both.length === 0 && ended.length + typed.length > 0 ? "contradictory" : both;
}

function endingOf(name: string): string {
  return /\.([^.\s/\\]+)$/.exec(name.toLowerCase())?.[1] ?? "";
}

/** Without what follows it; the one that says nothing counts as none. */
function bareType(type: string): string {
  const [bare = ""] = type.toLowerCase().split(";");
  return bare.trim() === "application/octet-stream" ? "" : bare.trim();
}
