import * as v from "valibot";
import { accountId, deviceId, incarnation, inviteId, sessionId } from "./ids.ts";
import { route } from "./route.ts";
import { bytes, count, text, time } from "./values.ts";

export const role = v.picklist(["owner", "admin", "moderator", "member"]);
export type Role = v.InferOutput<typeof role>;

export const registrationMode = v.picklist(["open", "invite", "closed"]);
export type RegistrationMode = v.InferOutput<typeof registrationMode>;

/** Shape only: which names and passwords are acceptable is the server's to say, with a code of its own. */
const usernameInput = text(64, 1);
const passwordInput = text(1024, 1);
const secretInput = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{16,64}$/));

/** As the server keeps every name: small ASCII letters, so that none can be drawn as another or turn a line. */
export const username = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9._-]{2,31}$/));

/** What a signed-in person's own session says of itself. */
export const me = v.object({
  accountId,
  username,
  role,
  sessionId,
  /** The device attached to this session, if any. */
  deviceId: v.nullable(deviceId),
  /** How many devices the account has; more than none while `deviceId` is null means: encryption lives elsewhere. */
  devices: count,
  /** To be signed by a device's key in order to attach that device to this session. */
  deviceChallenge: text(64),
});
export type Me = v.InferOutput<typeof me>;

/** What anybody signed in may learn of an account whose exact name or id they know. */
export const accountCard = v.object({
  accountId,
  username,
  /** Ed25519 public key; null until the account's first device has registered. */
  rootPublicKey: v.nullable(bytes(32, 32)),
});
export type AccountCard = v.InferOutput<typeof accountCard>;

export const describeServer = route({
  method: "GET",
  path: "/api/server",
  who: "anyone",
  codec: "json",
  input: v.object({}),
  output: v.object({
    name: text(120),
    registration: registrationMode,
    /** False until the first administrator exists. */
    setUp: v.boolean(),
    build: text(64),
    incarnation,
    /** The exact origin that device certificates name. */
    origin: text(256),
  }),
});

export const setUp = route({
  method: "POST",
  path: "/api/setup",
  who: "anyone",
  codec: "json",
  input: v.object({ token: secretInput, username: usernameInput, password: passwordInput }),
  output: me,
});

export const register = route({
  method: "POST",
  path: "/api/accounts",
  who: "anyone",
  codec: "json",
  input: v.object({ username: usernameInput, password: passwordInput, inviteCode: v.optional(secretInput) }),
  output: me,
});

export const signIn = route({
  method: "POST",
  path: "/api/sessions",
  who: "anyone",
  codec: "json",
  input: v.object({ username: usernameInput, password: passwordInput }),
  output: me,
});

/** Also answers strangers (with null), because the sign-in page asks it first. */
export const whoAmI = route({
  method: "GET",
  path: "/api/sessions/current",
  who: "anyone",
  codec: "json",
  input: v.object({}),
  output: v.object({ me: v.nullable(me) }),
});

export const signOut = route({
  method: "DELETE",
  path: "/api/sessions/current",
  who: "account",
  codec: "json",
  input: v.object({}),
  output: v.object({}),
});

export const findAccount = route({
  method: "GET",
  path: "/api/accounts/by-username/:username",
  who: "account",
  codec: "binary",
  input: v.object({ username: usernameInput }),
  output: accountCard,
});

export const showAccount = route({
  method: "GET",
  path: "/api/accounts/:accountId",
  who: "account",
  codec: "binary",
  input: v.object({ accountId }),
  output: accountCard,
});

export const invite = v.object({
  inviteId,
  createdAt: time,
  expiresAt: time,
  usesLeft: count,
  uses: count,
  revoked: v.boolean(),
});
export type Invite = v.InferOutput<typeof invite>;

export const createInvite = route({
  method: "POST",
  path: "/api/invites",
  who: "admin",
  codec: "json",
  input: v.object({
    hours: v.optional(v.pipe(count, v.minValue(1), v.maxValue(24 * 365)), 24 * 7),
    uses: v.optional(v.pipe(count, v.minValue(1), v.maxValue(1000)), 1),
  }),
  /** The code is shown this once; the server keeps only its hash. The page is `/invite/CODE`. */
  output: v.object({ code: secretInput, invite }),
});

export const LISTED_INVITES = 1000;

export const listInvites = route({
  method: "GET",
  path: "/api/invites",
  who: "admin",
  codec: "json",
  input: v.object({}),
  output: v.object({ invites: v.pipe(v.array(invite), v.maxLength(LISTED_INVITES)) }),
});

export const revokeInvite = route({
  method: "DELETE",
  path: "/api/invites/:inviteId",
  who: "admin",
  codec: "json",
  input: v.object({ inviteId }),
  output: v.object({}),
});

/** Asked by the registration page before the form is filled in. */
export const checkInvite = route({
  method: "POST",
  path: "/api/invites/check",
  who: "anyone",
  codec: "json",
  input: v.object({ code: secretInput }),
  output: v.object({ valid: v.boolean() }),
});
