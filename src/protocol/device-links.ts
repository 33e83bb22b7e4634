import * as v from "valibot";
import { linkId } from "./ids.ts";
import { route } from "./route.ts";
import { bytes, text, time } from "./values.ts";
import { XWING_PUBLIC_KEY } from "./vault.ts";

/**
 * How a browser without keys gets them from a device of the same account: it offers a public key under an id, both
 * made anew; the device seals the account's keys to it. Id and a pre-shared key come from one secret that goes from
 * screen to screen and never over the server, so that a server that puts another public key in its place gets nothing
 * that it can open (HPKE, RFC 9180 §5.1.2, mode_psk).
 */
export const DEVICE_LINK_LIFETIME = 10 * 60 * 1000;
/** Of one account at the same time. */
export const MOST_DEVICE_LINKS = 5;

/** A public key, X-Wing. */
const publicKey = bytes(XWING_PUBLIC_KEY, XWING_PUBLIC_KEY);
const sealed = bytes(16 * 1024, 1);

export const offerDeviceLink = route({
  method: "POST",
  path: "/api/device-links",
  who: "account",
  codec: "binary",
  input: v.object({ linkId, publicKey, name: text(80, 1) }),
  output: v.object({ expiresAt: time }),
});

/** To a device of the same account: who asks, and from where as far as the server saw it. */
export const showDeviceLink = route({
  method: "GET",
  path: "/api/device-links/:linkId",
  who: "device",
  codec: "binary",
  input: v.object({ linkId }),
  output: v.object({
    publicKey,
    name: text(80),
    /** The address the offer came from. */
    from: text(64),
    createdAt: time,
    expiresAt: time,
  }),
});

/** Once. */
export const answerDeviceLink = route({
  method: "POST",
  path: "/api/device-links/:linkId/answer",
  who: "device",
  codec: "binary",
  input: v.object({ linkId, sealed }),
  output: v.object({}),
});

/** Asked again and again by the session that made the offer; null until there is an answer. */
export const takeDeviceLink = route({
  method: "GET",
  path: "/api/device-links/:linkId/answer",
  who: "account",
  codec: "binary",
  input: v.object({ linkId }),
  output: v.object({ sealed: v.nullable(sealed) }),
});

/** By either side. */
export const cancelDeviceLink = route({
  method: "DELETE",
  path: "/api/device-links/:linkId",
  who: "account",
  codec: "binary",
  input: v.object({ linkId }),
  output: v.object({}),
});
