import type { AccountId, ConversationId, MessageId } from "../src/protocol/ids.ts";
import { newId } from "../src/protocol/ids.ts";
import { placed } from "../web/storage/key.ts";
import { openIndexedDbStorage } from "../web/storage/open-indexeddb.ts";
import { openVault } from "../web/storage/vault.ts";

const WORDS =
  "the quick brown fox jumps over a lazy dog saffron kettle morning rice barberries router antenna stairwell photos invoice workshop ladder".split(
    " ",
  );
const AT_ONCE = 1_000;

/** Runs inside a page of the app: puts messages into the storage of the account that is signed in there. */
async function fill(count: number): Promise<void> {
  const browser = openVault(await openIndexedDbStorage("browser"));
  const account = await browser.read("account", "current");
  if (!account) throw new Error("nobody is signed in");
  const { accountId } = account;
  const vault = openVault(await openIndexedDbStorage(accountId));
  const [conversation] = await vault.list("conversations", { from: "", to: "\uffff", limit: 1 });
  if (!conversation) throw new Error("there is no conversation");
  const id = conversation.key as ConversationId;
  const first = conversation.value.cursor + 1;
  const begun = Date.now() - count * 60_000;
  for (let done = 0; done < count; done += AT_ONCE)
    await vault.change(async (change) => {
      for (let place = done; place < done + AT_ONCE; place += 1) {
        const sequence = first + place;
        change.put("messages", placed(id, sequence), made(accountId, sequence, begun + place * 60_000));
      }
    });
  const cursor = first + count - 1;
  await vault.change(async (change) =>
    change.put("conversations", id, { ...conversation.value, cursor, lastOwn: cursor, delivered: cursor }),
  );
}

function made(sender: AccountId, sequence: number, sentAt: number) {
  const words = Array.from(
    { length: 10 },
    (_, index) => WORDS[(sequence * 11 + index * (1 + (sequence % 17))) % WORDS.length],
  );
  const text = `${words.join(" ")} ${sequence}`;
  const body = { kind: "text", text } as const;
  return { messageId: newId<MessageId>(), sequence, sender, sentAt, body, chain: new Uint8Array(32) };
}

Object.assign(globalThis, { fill });
