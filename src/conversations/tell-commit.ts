import type { App } from "../app.ts";
import type { Audience } from "../live/hub.ts";
import type { Stored } from "./store-commit.ts";

/** After the commit of the write: those who are in from now on hear it, the added get their Welcomes, the removed their word. */
export function tellCommit(
  app: App,
  audience: Audience,
  { event, welcomes, farewells, proposals = [] }: Stored,
) {
  const { conversationId } = audience;
  app.hub.tellConversation(audience, { t: "events", conversationId, events: [event, ...proposals] });
  for (const one of [...welcomes, ...farewells])
    app.hub.tellDevice(one.deviceId, { t: "account", event: one.event });
}
