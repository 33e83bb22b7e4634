import { expect, test } from "bun:test";
import { encodeBinary } from "../protocol/codec.ts";
import { type SendMessage, SOCKET_PATH, syncConversation } from "../protocol/delivery.ts";
import { type ConversationId, type MessageId, newId } from "../protocol/ids.ts";
import { copies, found, openCast, type Player, send, write } from "../testing/cast.ts";
import { HELLO, listen, sequencesOf } from "../testing/listen.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";

/** More than the kernel takes for both ends of a connection. */
const MESSAGES = 320;
const ALL = Array.from({ length: MESSAGES }, (_, index) => index + 2);

test("a reader that does not read is dropped, holds nobody up, and finds everything at its next sync", async () => {
  const server = await openTestApp();
  const [ada, ben] = (await openCast(server, "ada", "ben")) as [Player, Player];
  const { conversationId, group } = await found(server, ada, ben);
  const large = await write(group, "x".repeat(60_000));
  const stuck = await openStuck(server, ben);
  const adas = await listen(server, ada);
  await Promise.all(copies(large, MESSAGES).map((message) => send(server, ada, message)));
  await adas.next("events", ({ events }) => events.at(-1)?.sequence === MESSAGES + 1);
  expect(sequencesOf(adas)).toEqual(ALL);
  const read = await stuck.readOn();
  expect(read).toBeLessThan(MESSAGES * large.ciphertext.byteLength);
  expect(await syncAll(server, ben, conversationId)).toEqual(ALL);
  const back = await listen(server, ben);
  await send(server, ada, last(large));
  await back.next("events", ({ events }) => events.at(-1)?.sequence === MESSAGES + 2);
  await Promise.all([adas.close(), back.close()]);
  await server.close();
}, 20_000);

function last(message: SendMessage): SendMessage {
  return { ...message, messageId: newId<MessageId>(), counter: MESSAGES + 1 };
}

async function syncAll(server: TestApp, by: Player, conversationId: ConversationId): Promise<number[]> {
  const sequences: number[] = [];
  for (let after = 1; ; ) {
    const { output } = await server.call(syncConversation, { conversationId, after }, by);
    sequences.push(...output.events.map(({ sequence }) => sequence));
    if (output.upTo === output.head) return sequences;
    after = output.upTo;
  }
}

/** Speaks the socket's protocol by hand, says hello, and reads nothing until `readOn`, which reads to the end. */
async function openStuck({ server: { port }, origin }: TestApp, { cookie }: Player) {
  const ended = Promise.withResolvers<void>();
  let received = 0;
  let arrived = () => {};
  const socket = await Bun.connect({
    hostname: "localhost",
    port,
    socket: {
      data(_, bytes) {
        received += bytes.byteLength;
        arrived();
      },
      close: () => ended.resolve(),
      error: () => ended.resolve(),
    },
  });
  const answerTo = (bytes: string | Uint8Array) =>
    new Promise<void>((resolve) => {
      arrived = resolve;
      socket.write(bytes);
    });
  const key = crypto.getRandomValues(new Uint8Array(16)).toBase64();
  const headers = `Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}`;
  await answerTo(
    `GET ${SOCKET_PATH} HTTP/1.1\r\nHost: localhost:${port}\r\n${headers}\r\nOrigin: ${origin}\r\nCookie: ${cookie}\r\n\r\n`,
  );
  const hello = encodeBinary(HELLO);
  await answerTo(new Uint8Array([0x82, 0x80 | hello.byteLength, 0, 0, 0, 0, ...hello]));
  socket.pause();
  return {
    async readOn(): Promise<number> {
      socket.resume();
      await ended.promise;
      return received;
    },
  };
}
