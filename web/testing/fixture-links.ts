import { type AccountId, type LinkId, newId } from "../../src/protocol/ids.ts";
import type { Results } from "../delivery/commands.ts";
import type { LinkCommand, LinkPreview, LinkView } from "../delivery/links/commands.ts";

/** A link's secret; of every link here. */
export const SECRET = "S".repeat(43);

/** Links of one group that is called "Family" to whoever looks at one. */
export function openFixtureLinks(me: AccountId, shown: Partial<LinkPreview> = {}) {
  let links: readonly LinkView[] = [];
  return (command: LinkCommand): Results[LinkCommand["kind"]] => {
    switch (command.kind) {
      case "create_link": {
        const { uses, approval, expiresIn } = command;
        const expiresAt = expiresIn === 0 ? 0 : Date.now() + expiresIn;
        const made = { linkId: newId<LinkId>(), by: me, expiresAt, uses, used: 0, approval, secret: SECRET };
        links = [...links, made];
        return made;
      }
      case "list_links":
        return links;
      case "revoke_link":
        links = links.filter(({ linkId }) => linkId !== command.linkId);
        return undefined;
      case "look_at_link":
        return {
          name: "Family",
          members: 4,
          approval: false,
          standing: "outside",
          conversationId: undefined,
          ...shown,
        };
      case "answer_request":
      case "join_by_link":
        return undefined;
    }
  };
}
