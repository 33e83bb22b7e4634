import type { Socket } from "bun";

/**
 * A load generator for HTTP/1.1 over loopback, thinner than `fetch` so that it measures the server and
 * not itself: `connections` sockets, each with one request under way, bytes made beforehand.
 */
export interface Load {
  readonly port: number;
  readonly connections: number;
  readonly requests: readonly Uint8Array<ArrayBuffer>[];
  /** Requests a second over all connections; without it as fast as answers come. */
  readonly rate?: number;
}

export interface Answers {
  readonly seconds: number;
  /** Milliseconds from sending to the whole answer, in the order of arrival. */
  readonly latencies: Float64Array;
  /** How often each status came. */
  readonly statuses: ReadonlyMap<number, number>;
}

interface Connection {
  socket: Socket<Connection> | undefined;
  sentAt: number;
  /** Bytes of the answer still to come; undefined while the head is not complete. */
  remaining: number | undefined;
  head: Uint8Array;
}

export async function sendRequests(load: Load): Promise<Answers> {
  const latencies = new Float64Array(load.requests.length);
  const statuses = new Map<number, number>();
  const idle: Connection[] = [];
  let next = 0;
  let answered = 0;
  let finish: () => void = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const startedAt = performance.now();
  const due = () =>
    load.rate === undefined ? load.requests.length : ((performance.now() - startedAt) * load.rate) / 1000;

  const sendNext = (connection: Connection) => {
    const request = next < due() ? load.requests[next] : undefined;
    if (request === undefined) return void idle.push(connection);
    next += 1;
    connection.sentAt = performance.now();
    connection.remaining = undefined;
    connection.head = new Uint8Array(0);
    connection.socket?.write(request);
  };
  const onAnswer = (connection: Connection, status: number) => {
    latencies[answered] = performance.now() - connection.sentAt;
    answered += 1;
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (answered === load.requests.length) finish();
    else sendNext(connection);
  };

  const open = await Promise.all(
    Array.from({ length: load.connections }, () => connect(load.port, onAnswer)),
  );
  const beganAt = performance.now();
  for (const connection of open) sendNext(connection);
  const pacer = setInterval(() => {
    for (const connection of idle.splice(0)) sendNext(connection);
  }, 1);
  await finished;
  clearInterval(pacer);
  for (const connection of open) connection.socket?.end();
  return { seconds: (performance.now() - beganAt) / 1000, latencies, statuses };
}

async function connect(port: number, onAnswer: (connection: Connection, status: number) => void) {
  const connection: Connection = {
    socket: undefined,
    sentAt: 0,
    remaining: undefined,
    head: new Uint8Array(0),
  };
  let status = 0;
  connection.socket = await Bun.connect<Connection>({
    hostname: "127.0.0.1",
    port,
    data: connection,
    socket: {
      data(_socket, chunk) {
        if (connection.remaining === undefined) {
          connection.head = connection.head.length === 0 ? chunk : Buffer.concat([connection.head, chunk]);
          const head = readHead(connection.head);
          if (head === undefined) return;
          status = head.status;
          connection.remaining = head.length - (connection.head.length - head.end);
        } else connection.remaining -= chunk.length;
        if (connection.remaining === 0) onAnswer(connection, status);
      },
      error(_socket, error) {
        throw error;
      },
    },
  });
  return connection;
}

function readHead(bytes: Uint8Array) {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const head = text.toString("latin1", 0, end);
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  if (length === undefined) throw new Error(`an answer without content-length: ${head.split("\r\n")[0]}`);
  return { status: Number(head.slice(9, 12)), length: Number(length), end: end + 4 };
}

/** One POST as the bytes that go over the wire. */
export function postRequest(path: string, headers: Record<string, string>, body: Uint8Array) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `POST ${path} HTTP/1.1\r\n${lines.join("")}Content-Length: ${body.byteLength}\r\n\r\n`;
  return new Uint8Array(Buffer.concat([Buffer.from(head, "latin1"), body]));
}
