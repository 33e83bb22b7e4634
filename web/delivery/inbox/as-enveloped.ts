import type { AuthenticatedData, Content } from "../../../src/protocol/content.ts";

interface Enveloped {
  readonly content: Content | undefined;
  readonly authenticatedData: Pick<AuthenticatedData, "collapseKey" | "deletes">;
}

/**
 * What is heard of a message, by what its sender has signed beside it: the server goes by that too, and nobody shall
 * write what stands in sight when the server has nothing left to prove it by. So what is named as taken back is, and
 * nothing else is said with it; and only marks of what was read give way to newer ones.
 */
export function asEnveloped({
  content,
  authenticatedData: { collapseKey, deletes },
}: Enveloped): { readonly content: Content | undefined } | "unheard" {
  if (deletes !== undefined) return { content: { version: 1, kind: "delete", target: deletes } };
  return collapseKey === (content?.kind === "read" ? "read" : null) ? { content } : "unheard";
}
