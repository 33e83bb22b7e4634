import type { Socket } from "bun";

/**
 * A load generator for HTTP/1.1 over loopback, thinner than `fetch` so that it measures the server and
 * not itself: one connection a lane, each with one request under way, bytes made beforehand.
 */
export interface Load {
  readonly port: number;
  /** The requests of each connection, in order. */
  readonly lanes: readonly (readonly Uint8Array<ArrayBuffer>[])[];
  /** Requests a second over all lanes; without it as fast as answers come. */
  readonly rate?: number;
}

export interface Answers {
  readonly seconds: number;
  /** Milliseconds from when a request was due to its whole answer. */
  readonly latencies: Float64Array;
  /** How often each status came. */
  readonly statuses: ReadonlyMap<number, number>;
}

interface Connection {
  socket: Socket | undefined;
  onAnswer: ((status: number) => void) | undefined;
}

export async function sendRequests(load: Load): Promise<Answers> {
  const connections = await Promise.all(load.lanes.map(() => connect(load.port)));
  const latencies: number[] = [];
  const statuses = new Map<number, number>();
  const startedAt = performance.now();
  const gap = load.rate === undefined ? 0 : (1000 / load.rate) * load.lanes.length;
  await Promise.all(
    load.lanes.map(async (lane, index) => {
      const connection = connections[index];
      if (connection === undefined) throw new Error("a lane without a connection");
      const firstAt = startedAt + (gap * index) / load.lanes.length;
      for (const [turn, request] of lane.entries()) {
        const dueAt = gap === 0 ? performance.now() : firstAt + gap * turn;
        if (dueAt > performance.now()) await Bun.sleep(dueAt - performance.now());
        const sentAt = gap === 0 ? dueAt : Math.min(dueAt, performance.now());
        const status = await ask(connection, request);
        latencies.push(performance.now() - sentAt);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  for (const connection of connections) connection.socket?.end();
  return { seconds, latencies: Float64Array.from(latencies), statuses };
}

function ask(connection: Connection, request: Uint8Array<ArrayBuffer>): Promise<number> {
  return new Promise((resolve) => {
    connection.onAnswer = resolve;
    connection.socket?.write(request);
  });
}

async function connect(port: number): Promise<Connection> {
  const connection: Connection = { socket: undefined, onAnswer: undefined };
  let pending: Buffer = Buffer.alloc(0);
  connection.socket = await Bun.connect({
    hostname: "127.0.0.1",
    port,
    socket: {
      data(_socket, chunk) {
        pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
        const head = readHead(pending);
        if (head === undefined || pending.length < head.total) return;
        pending = Buffer.alloc(0);
        connection.onAnswer?.(head.status);
      },
      error(_socket, error) {
        throw error;
      },
    },
  });
  return connection;
}

function readHead(bytes: Buffer) {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const head = bytes.toString("latin1", 0, end);
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  if (length === undefined) throw new Error(`an answer without content-length: ${head.split("\r\n")[0]}`);
  return { status: Number(head.slice(9, 12)), total: end + 4 + Number(length) };
}

/** One POST as the bytes that go over the wire. */
export function postRequest(path: string, headers: Record<string, string>, body: Uint8Array) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `POST ${path} HTTP/1.1\r\n${lines.join("")}Content-Length: ${body.byteLength}\r\n\r\n`;
  return new Uint8Array(Buffer.concat([Buffer.from(head, "latin1"), body]));
}
