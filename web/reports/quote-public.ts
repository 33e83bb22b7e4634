import { COMMENT_LIMIT } from "../../src/protocol/reports.ts";
import { withoutTurns } from "../languages/isolate.ts";
import { say } from "../languages/language.ts";
import { sayExactly } from "../languages/say-time.ts";

/** A post or comment that anybody can read where it stands. */
export interface PublicSaying {
  readonly kind: "post" | "comment";
  readonly text: string;
  readonly sentAt: number;
}

/** Characters that are left for what the reporter says themselves. */
export const BESIDE_QUOTE = 500;

/** The quotation first, so that moderators find the place, then the reporter's own words. */
export function quotePublic(handle: string, { kind, text, sentAt }: PublicSaying, own: string): string {
  const place = withoutTurns(say(`report.in_${kind}`, { channel: `@${handle}`, when: sayExactly(sentAt) }));
  const room = COMMENT_LIMIT - BESIDE_QUOTE - place.length - "\n“…”\n\n".length;
  const letters = [...text];
  const quoted = text.length <= room ? text : `${letters.slice(0, Math.max(0, room / 2)).join("")}…`;
  return `${place}\n“${quoted}”${own === "" ? "" : `\n\n${own}`}`;
}
