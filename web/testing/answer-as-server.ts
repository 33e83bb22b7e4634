import type { Me, RegistrationMode } from "../../src/protocol/accounts.ts";
import {
  type AccountId,
  type DeviceId,
  type Incarnation,
  type InviteId,
  newId,
  type SessionId,
} from "../../src/protocol/ids.ts";
import type { ServerSettings } from "../../src/protocol/settings.ts";
import { openFixtureReports } from "./fixture-reports.ts";
import { type AnswerApi, refusal } from "./serve-page.ts";

const DAY = 86_400_000;
const MEBIBYTE = 1024 * 1024;

export interface ScriptedServer {
  readonly answer: AnswerApi;
  /** Bodies of changing requests, in order. */
  readonly posted: { path: string; body: unknown }[];
}

interface Script {
  readonly name?: string;
  readonly registration?: RegistrationMode;
  readonly setUp?: boolean;
  readonly signedIn?: boolean;
  readonly inviteValid?: boolean;
  /** Paths that refuse, and with which status and code. */
  readonly refusing?: Record<string, readonly [number, string]>;
}

/** The few answers the pages before sign-in and the settings need, over real HTTP. */
export function answerAsServer(script: Script = {}): ScriptedServer {
  const posted: ScriptedServer["posted"] = [];
  let signedIn = script.signedIn ?? false;
  const reports = openFixtureReports(Date.now());
  let settings: ServerSettings = {
    registration: script.registration ?? "invite",
    serverName: script.name ?? "Saffron House",
    attachmentLargest: 100 * MEBIBYTE,
    attachmentQuota: 1024 * MEBIBYTE,
    attachmentsAllowed: [],
  };
  const answers: Record<string, (body: unknown) => unknown> = {
    "GET /api/server": () => ({
      name: script.name ?? "Saffron House",
      registration: script.registration ?? "invite",
      setUp: script.setUp ?? true,
      build: "0123456789ab",
      incarnation: newId<Incarnation>(),
      origin: "http://localhost",
    }),
    "GET /api/sessions/current": () => ({ me: signedIn ? me() : null }),
    "POST /api/sessions": () => enter(),
    "GET /api/settings": () => settings,
    "POST /api/settings": (body) => {
      settings = { ...settings, ...(body as Partial<ServerSettings>) };
      return settings;
    },
    "DELETE /api/sessions/current": () => {
      signedIn = false;
      return {};
    },
    "POST /api/accounts": () => enter(),
    "POST /api/setup": () => enter(),
    "POST /api/invites/check": () => ({ valid: script.inviteValid ?? true }),
    "GET /api/invites": () => ({ invites: invites() }),
    "POST /api/invites": () => ({ code: "k3Jx0s9QmZr7Vb2LhTn5WcYd", invite: invites()[0] }),
  };
  const enter = () => {
    signedIn = true;
    return me();
  };
  return {
    posted,
    answer(method, path, body, query) {
      if (method !== "GET") posted.push({ path, body });
      const no = script.refusing?.[path];
      if (no) return refusal(...no);
      if (path.startsWith("/api/reports")) return Response.json(reports.answer(path, body, query));
      const answer = answers[`${method} ${path}`];
      if (answer) return Response.json(answer(body));
      return method === "DELETE" && path.startsWith("/api/invites/") ? Response.json({}) : undefined;
    },
  };
}

function me(): Me {
  return {
    accountId: newId<AccountId>(),
    username: "amina",
    role: "owner",
    sessionId: newId<SessionId>(),
    deviceId: newId<DeviceId>(),
    devices: 1,
    deviceChallenge: "challenge",
  };
}

function invites() {
  const now = Date.now();
  const invite = (age: number, usesLeft: number, revoked: boolean) => ({
    inviteId: newId<InviteId>(),
    createdAt: now - age * DAY,
    expiresAt: now + (7 - age) * DAY,
    usesLeft,
    uses: 1 - usesLeft,
    revoked,
  });
  return [invite(0, 1, false), invite(2, 0, false), invite(9, 1, false), invite(3, 1, true)];
}
