import type { Socket, SocketHandlers } from "./platform.ts";

/** A WebSocket of browser or Bun as the client uses it: bytes only. */
export function useWebSocket(socket: WebSocket, handlers: SocketHandlers): Socket {
  socket.binaryType = "arraybuffer";
  socket.onopen = () => handlers.opened();
  socket.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (data instanceof ArrayBuffer) handlers.received(new Uint8Array(data));
  };
  socket.onclose = ({ code }) => handlers.closed(code);
  return { send: (bytes) => socket.send(bytes), close: () => socket.close() };
}
