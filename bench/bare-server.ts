/**
 * The ceiling that delivery is measured against: a Bun WebSocket server that publishes the same bytes
 * to one topic, without a database, membership or acknowledgement. Prints its port, then serves.
 */
const TOPIC = "everybody";

const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch(request, self) {
    return self.upgrade(request) ? undefined : new Response("a socket is expected", { status: 426 });
  },
  websocket: {
    perMessageDeflate: false,
    open: (socket) => void socket.subscribe(TOPIC),
    message: (_socket, frame) => void server.publish(TOPIC, frame),
  },
});

console.log(server.port);
