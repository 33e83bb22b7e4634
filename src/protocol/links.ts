import * as v from "valibot";
import { username } from "./accounts.ts";
import { commitBundle, committed } from "./conversations.ts";
import { accountId, conversationId, linkId } from "./ids.ts";
import { PREVIEW_SIZE } from "./join-preview.ts";
import { ask } from "./link-key.ts";
import { MOST_LINKS } from "./role-list.ts";
import { route } from "./route.ts";
import { bytes, count, epoch, SIZE, time } from "./values.ts";

/** So many people wait before one group at most. */
export const MOST_REQUESTS = 200;

const preview = bytes(PREVIEW_SIZE, 1);

/**
 * What whoever has a link's address may see: its preview, which only the secret opens. Refused with
 * `link.not_found` (also when it was revoked), `link.expired`, `link.used_up` or `link.barred`.
 */
export const showLink = route({
  method: "GET",
  path: "/api/join/:linkId",
  who: "device",
  codec: "binary",
  input: v.object({ linkId }),
  output: v.object({
    /** The server's clock, for what the link's key signs. */
    now: time,
    approval: v.boolean(),
    standing: v.picklist(["outside", "waiting", "inside"]),
    preview: v.nullable(preview),
  }),
});

/** The group itself, to whoever shows the link's signature; never by a link that asks for approval. */
export const showLinkGroup = route({
  method: "POST",
  path: "/api/join/:linkId/group",
  who: "device",
  codec: "binary",
  input: v.object({ linkId, ask }),
  output: v.object({ conversationId, generation: count, epoch, groupInfo: bytes(SIZE.groupInfo, 1) }),
});

/** An external commit with the link's proof, and the preview as it is with the joiner in. */
export const joinByLink = route({
  method: "POST",
  path: "/api/join/:linkId/commit",
  who: "device",
  codec: "binary",
  input: v.object({ linkId, conversationId, preview, ...commitBundle.entries }),
  output: committed,
});

/** Waits until somebody who may add members does, or declines: then `link.declined` for an hour. */
export const askToJoin = route({
  method: "POST",
  path: "/api/join/:linkId/ask",
  who: "device",
  codec: "binary",
  input: v.object({ linkId, ask }),
  output: v.object({}),
});

export const joinRequest = v.object({ username, linkId, ...ask.entries });
export type JoinRequest = v.InferOutput<typeof joinRequest>;

/** How often each link was used, and who asks: to those who may add members. */
export const showLinks = route({
  method: "GET",
  path: "/api/conversations/:conversationId/links",
  who: "device",
  codec: "binary",
  input: v.object({ conversationId }),
  output: v.object({
    /** The server's clock, by which links expire. */
    now: time,
    links: v.pipe(v.array(v.object({ linkId, uses: count })), v.maxLength(MOST_LINKS)),
    requests: v.pipe(v.array(joinRequest), v.maxLength(MOST_REQUESTS)),
  }),
});

/** By those who may add members. */
export const putPreview = route({
  method: "POST",
  path: "/api/conversations/:conversationId/links/:linkId/preview",
  who: "device",
  codec: "binary",
  input: v.object({ conversationId, linkId, preview }),
  output: v.object({}),
});

/** By those who may add members. Nobody is told but the others of them; the person may ask again. */
export const declineRequest = route({
  method: "POST",
  path: "/api/conversations/:conversationId/requests/:accountId/decline",
  who: "device",
  codec: "binary",
  input: v.object({ conversationId, accountId }),
  output: v.object({}),
});
