/** Many WebSockets in one process that count what arrives, without decoding it. */

export interface Listeners {
  readonly sockets: readonly WebSocket[];
  /** So many messages have arrived in all. */
  arrived(count: number): Promise<void>;
  reset(): void;
  close(): void;
}

export interface Listening {
  readonly url: string;
  readonly headers: (index: number) => Record<string, string>;
  readonly count: number;
  /** How many messages a frame carries: none in a greeting. */
  readonly countOf: (frame: DataView) => number;
  readonly hello?: Uint8Array<ArrayBuffer>;
}

const AT_ONCE = 200;

export async function openListeners(listening: Listening): Promise<Listeners> {
  let seen = 0;
  let waiting: { count: number; done: () => void } | undefined;
  const onFrame = (event: MessageEvent) => {
    seen += listening.countOf(new DataView(event.data as ArrayBuffer));
    if (waiting !== undefined && seen >= waiting.count) waiting.done();
  };
  const sockets: WebSocket[] = [];
  for (let start = 0; start < listening.count; start += AT_ONCE) {
    const batch = Array.from({ length: Math.min(AT_ONCE, listening.count - start) }, (_, offset) =>
      openOne(listening, start + offset, onFrame),
    );
    sockets.push(...(await Promise.all(batch)));
  }
  return {
    sockets,
    arrived: (count) =>
      new Promise((done) => {
        waiting = { count, done };
        if (seen >= count) done();
      }),
    reset: () => {
      seen = 0;
      waiting = undefined;
    },
    close: () => {
      for (const socket of sockets) socket.close();
    },
  };
}

/** Open, and past `ready` where a hello is sent: only then is the socket subscribed to anything. */
function openOne(listening: Listening, index: number, onFrame: (event: MessageEvent) => void) {
  return new Promise<WebSocket>((resolve, reject) => {
    const socket = new WebSocket(listening.url, withHeaders(listening.headers(index)));
    socket.binaryType = "arraybuffer";
    socket.onerror = () => reject(new Error(`socket ${index} did not open`));
    socket.onclose = (event) =>
      reject(new Error(`socket ${index} was closed: ${event.code} ${event.reason}`));
    socket.onopen = () => {
      if (listening.hello === undefined) return ready();
      socket.send(listening.hello);
    };
    const ready = () => {
      socket.onmessage = onFrame;
      resolve(socket);
    };
    socket.onmessage = ready;
  });
}

/** Bun's WebSocket takes headers in its second argument; the DOM's type knows only subprotocols there. */
function withHeaders(headers: Record<string, string>) {
  return { headers } as unknown as string[];
}
