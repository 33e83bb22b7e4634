import type { CommunityRecord } from "../../storage/records.ts";
import type { CommunityView } from "./commands.ts";

/** The ways in stay in the worker. */
export function communityView({ listed, asked }: CommunityRecord): CommunityView {
  return {
    places: listed.map((one) => ({
      conversationId: one.conversationId,
      kind: one.kind,
      name: one.name,
      way:
        one.kind === "channel" || !one.approval
          ? "open"
          : asked.includes(one.conversationId)
            ? "asked"
            : "ask",
    })),
  };
}
