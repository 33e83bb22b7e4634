import { eq } from "drizzle-orm";
import * as v from "valibot";
import { whoIsThis } from "../accounts/who-is-this.ts";
import type { App, SessionFacts } from "../app.ts";
import { forgetAsked, nominateNewcomer } from "../conversations/nominate.ts";
import { accounts } from "../db/tables.ts";
import type { Connection, Line } from "../live/hub.ts";
import { decodeBinary, encodeBinary } from "../protocol/codec.ts";
import { CLOSE, type FrameDown, type FrameUp, frameUp, PROTOCOL_VERSION } from "../protocol/delivery.ts";
import type { ConversationId, DeviceId, SessionId } from "../protocol/ids.ts";
import { SIZE } from "../protocol/values.ts";
import { Refusal } from "../refusal.ts";
import { readIncarnation } from "../settings/incarnation.ts";
import { acknowledge } from "./acknowledge.ts";
import { countSockets } from "./open-sockets.ts";
import { relaySign, type Sign } from "./relay-sign.ts";

/** Itself what the hub holds: at ten thousand sockets each object more is felt. */
interface Sitting extends Connection {
  readonly sessionId: SessionId;
  readonly ip: string;
  /** Ends whoever says nothing. */
  patience: ReturnType<typeof setTimeout> | undefined;
  line: Line;
  /** Has said hello, and is in the hub until it closes. */
  greeted: boolean;
  frames: number;
  countedSince: number;
  /** The last sign of each kind, and where. */
  signs: Partial<Record<Sign["t"], { readonly conversationId: ConversationId; readonly at: number }>>;
}

type Socket = Bun.ServerWebSocket<Sitting>;

const RESTARTING = 1012;
const IDLE_SECONDS = 120;
/** What waits in memory for a reader; beyond it its line is cut, as no farewell would pass, and it catches up. */
const MOST_UNREAD = 1024 * 1024;
const FRAMES_PER_PERIOD = 300;
const PERIOD_MS = 10_000;
const SIGN_EVERY_MS = 1000;
/** A browser keeps one, in its leading tab; a network that changes leaves some to time out. */
const MOST_SOCKETS_OF_A_SESSION = 16;
const HELLO_WITHIN_MS = 10_000;
const COME_AGAIN_MS = 30_000;

export interface SocketEnd {
  readonly handlers: Bun.WebSocketHandler<Sitting>;
  /** The origin has been checked already. Throws a refusal where there will be no socket. */
  upgrade(request: Request, server: Bun.Server<Sitting>, ip: string): Promise<void>;
  closeAll(): void;
}

/** Events come down here; up go only hello, ping, acknowledgements and signs. */
export function openSocket(app: App): SocketEnd {
  /** Also those that have not said hello yet. */
  const open = new Map<SessionId, readonly Socket[]>();
  const counted = countSockets(app.config.limits);
  const end = ({ sessionId }: { readonly sessionId: SessionId }) => {
    for (const socket of open.get(sessionId) ?? []) socket.close(CLOSE.signedOut, "signed out");
  };
  const enter = (socket: Socket) => {
    const { sessionId } = socket.data;
    counted.enter(socket.data);
    socket.data.patience = setTimeout(() => socket.close(CLOSE.noHello, "no hello"), HELLO_WITHIN_MS);
    const sockets = [...(open.get(sessionId) ?? []), socket];
    open.set(sessionId, sockets);
    if (sockets.length > MOST_SOCKETS_OF_A_SESSION) sockets[0]?.close(CLOSE.tooManySockets, "too many");
  };
  const leave = (socket: Socket) => {
    const { sessionId } = socket.data;
    counted.leave(socket.data);
    clearTimeout(socket.data.patience);
    const others = open.get(sessionId)?.filter((one) => one !== socket) ?? [];
    if (others.length > 0) open.set(sessionId, others);
    else open.delete(sessionId);
  };
  app.facts.subscribe("session_ended", end);
  // It may have another device now, or none: the client asks anew who it is.
  app.facts.subscribe("session_changed", end);
  return {
    upgrade: async (request, server, ip) => {
      const session = await whoIsThis(app, request.headers.get("cookie"));
      if (session === undefined) throw new Refusal("session.missing");
      const { deviceId } = session;
      if (deviceId === undefined) throw new Refusal("device.missing");
      if (!counted.hasRoomFor({ accountId: session.accountId, ip }))
        throw new Refusal("request.too_many", undefined, COME_AGAIN_MS);
      const upgraded = server.upgrade(request, { data: sit(session, deviceId, ip, app.clock.now()) });
      if (!upgraded) throw new Refusal("request.not_a_socket");
    },
    closeAll() {
      for (const sockets of open.values())
        for (const socket of sockets) socket.close(RESTARTING, "restarting");
    },
    handlers: {
      maxPayloadLength: SIZE.frameUp,
      backpressureLimit: MOST_UNREAD,
      closeOnBackpressureLimit: true,
      idleTimeout: IDLE_SECONDS,
      sendPings: true,
      perMessageDeflate: false,
      open(socket) {
        socket.data.line = socket;
        enter(socket);
      },
      message: (socket, data) => receive(app, socket, data),
      close(socket) {
        leave(socket);
        if (!socket.data.greeted) return;
        app.hub.disconnect(socket.data);
        forgetAsked(app, socket.data.deviceId);
      },
    },
  };
}

/** Stands where the socket will, which does not exist before its data does. */
const NOT_OPEN: Line = { sendBinary: () => 0, subscribe: () => undefined, unsubscribe: () => undefined };

/** Of all who have given none: at ten thousand sockets each object more is felt. */
const NO_SIGNS: Sitting["signs"] = {};

function sit({ sessionId, accountId }: SessionFacts, deviceId: DeviceId, ip: string, now: number): Sitting {
  return {
    sessionId,
    accountId,
    deviceId,
    line: NOT_OPEN,
    ip,
    patience: undefined,
    greeted: false,
    frames: 0,
    countedSince: now,
    signs: NO_SIGNS,
  };
}

async function receive(app: App, socket: Socket, data: string | Buffer) {
  if (isTooMany(socket.data, app.clock.now())) return socket.close(CLOSE.tooManyFrames, "too many frames");
  const frame = typeof data === "string" ? undefined : parse(data);
  if (frame === undefined) return socket.close(CLOSE.malformed, "malformed");
  if (frame.t !== "hello" && !socket.data.greeted) return socket.close(CLOSE.malformed, "hello first");
  try {
    await obey(app, socket, frame);
  } catch (error) {
    app.log.error("frame_crashed", { error });
    socket.close(1011, "failed");
  }
}

function isTooMany(sitting: Sitting, now: number): boolean {
  if (now - sitting.countedSince >= PERIOD_MS) {
    sitting.countedSince = now;
    sitting.frames = 0;
  }
  sitting.frames += 1;
  return sitting.frames > FRAMES_PER_PERIOD;
}

/** Not at every key: whoever gives a sign is shown for longer than this. */
function isSignedAnew(sitting: Sitting, { t, conversationId }: Sign, now: number): boolean {
  const last = sitting.signs[t];
  if (last?.conversationId === conversationId && now - last.at < SIGN_EVERY_MS) return false;
  sitting.signs = { ...sitting.signs, [t]: { conversationId, at: now } };
  return true;
}

function parse(data: Uint8Array): FrameUp | undefined {
  try {
    const parsed = v.safeParse(frameUp, decodeBinary(data));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

async function obey(app: App, socket: Socket, frame: FrameUp) {
  const { accountId, deviceId } = socket.data;
  const now = app.clock.now();
  if (frame.t === "hello") return greet(app, socket, frame.protocol);
  if (frame.t === "ping") return tell(socket, { t: "pong", serverTime: now });
  if (frame.t === "hear_channels") return app.hub.hear(socket.data, frame.channels);
  if (frame.t !== "ack") {
    if (isSignedAnew(socket.data, frame, now)) await relaySign(app, frame, socket.data);
    return;
  }
  acknowledge(app, { accountId, deviceId, conversations: frame.conversations, account: frame.account });
}

/** In the hub before the heads are read: whatever comes after those is told. */
async function greet(app: App, socket: Socket, protocol: number) {
  if (protocol !== PROTOCOL_VERSION) return socket.close(CLOSE.protocolVersion, "another version");
  if (socket.data.greeted) return socket.close(CLOSE.malformed, "hello twice");
  socket.data.greeted = true;
  clearTimeout(socket.data.patience);
  socket.data.patience = undefined;
  app.hub.connect(socket.data);
  const [account] = await app.db.read
    .select({ head: accounts.eventHead })
    .from(accounts)
    .where(eq(accounts.id, socket.data.accountId));
  const serverTime = app.clock.now();
  const incarnation = await readIncarnation(app);
  tell(socket, { t: "ready", incarnation, serverTime, accountHead: account?.head ?? 0, build: app.build });
  await nominateNewcomer(app, socket.data.deviceId);
}

function tell(socket: Socket, frame: FrameDown) {
  socket.sendBinary(encodeBinary(frame));
}
