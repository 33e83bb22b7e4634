import type { AccountId, ConversationId, MessageId } from "../../src/protocol/ids.ts";
import type { ConversationView, Mark, MessageView } from "../delivery/patches.ts";
import type { Scene } from "./scene.ts";
import { CONVERSATION, ME, testId } from "./test-ids.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export type Line = readonly [from: "me" | "them", minutesAgo: number, text: string, mark?: Mark];

const TALK = {
  en: [
    ["them", 1502, "Did the router parts arrive?"],
    ["me", 1490, "Yesterday, all but the antenna.", "read"],
    ["me", 1489, "I can fit the rest tonight and we add the antenna when it comes.", "read"],
    ["them", 1470, "Good. The stairwell is the weak spot anyway, so start there."],
    ["them", 64, "Are you coming on Friday?"],
    [
      "them",
      63,
      "Grandmother brings the rice, and I found the recipe you asked for: https://example.org/recipes/ghormeh-sabzi",
    ],
    ["me", 41, "Gladly. I’ll bring bread and something sweet.", "read"],
    ["me", 40, "Seven o’clock?", "read"],
    ["them", 22, "Seven is perfect"],
    ["them", 22, "سلام مادربزرگ را هم برسان، خیلی دلش تنگ شده است."],
    ["me", 18, "می‌رسانم 🌿", "delivered"],
    [
      "me",
      6,
      "One more thing: could you send me the door code again? I have changed phones and cannot find where I wrote it down.",
      "sent",
    ],
  ],
  fa: [
    ["them", 1502, "قطعه‌های مودم رسید؟"],
    ["me", 1490, "دیروز، همه جز آنتن.", "read"],
    ["me", 1489, "امشب بقیه را نصب می‌کنم و آنتن را وقتی رسید اضافه می‌کنیم.", "read"],
    ["them", 1470, "خوب است. راه‌پله از همه ضعیف‌تر است، از همان‌جا شروع کن."],
    ["them", 64, "جمعه می‌آیی؟"],
    [
      "them",
      63,
      "مادربزرگ برنج می‌آورد. دستوری را هم که خواسته بودی پیدا کردم: https://example.org/recipes/ghormeh-sabzi",
    ],
    ["me", 41, "با کمال میل. نان و شیرینی با من.", "read"],
    ["me", 40, "ساعت هفت؟", "read"],
    ["them", 22, "هفت عالی است"],
    ["them", 22, "Bring the blue box too, please."],
    ["me", 18, "Sure 🌿", "delivered"],
    [
      "me",
      6,
      "راستی، می‌شود رمز در را دوباره بفرستی؟ گوشی‌ام را عوض کرده‌ام و پیدایش نمی‌کنم کجا نوشته بودم.",
      "sent",
    ],
  ],
} as const satisfies Record<string, readonly Line[]>;

const OTHERS = {
  en: {
    leyla: [
      ["them", 95, "I’ve put the photos on the shelf server."],
      ["them", 94, "Tell me if you can’t open them."],
      ["them", 93, "And call me before Thursday!"],
    ],
    tomas: [["me", 260, "The invoice is paid.", "read"]],
    farhad: [
      ["them", 30 * 60, "See you at the workshop"],
      ["me", 29 * 60, "Can you bring the long ladder?", "failed"],
    ],
    ingrid: [["them", 4 * 24 * 60, "Takk! Vi ses på lørdag."]],
    saved: [["me", 5 * 60, "Fuse box: second row, third from the end", "sent"]],
  },
  fa: {
    leyla: [
      ["them", 95, "عکس‌ها را روی کارساز خانه گذاشتم."],
      ["them", 94, "اگر باز نشد بگو."],
      ["them", 93, "پیش از پنجشنبه زنگ بزن"],
    ],
    tomas: [["me", 260, "صورت‌حساب پرداخت شد.", "read"]],
    farhad: [
      ["them", 30 * 60, "در کارگاه می‌بینمت"],
      ["me", 29 * 60, "نردبان بلند را می‌آوری؟", "failed"],
    ],
    ingrid: [["them", 4 * 24 * 60, "Takk! Vi ses på lørdag."]],
    saved: [["me", 5 * 60, "جعبهٔ فیوز: ردیف دوم، سومی از آخر", "sent"]],
  },
} as const satisfies Record<string, Record<string, readonly Line[]>>;

const NAMES = {
  en: {
    darius: "darius",
    leyla: "leyla.moradi",
    tomas: "tomas",
    farhad: "farhad_k",
    ingrid: "ingrid-solberg",
    new: "yara",
  },
  fa: {
    darius: "داریوش",
    leyla: "leyla.moradi",
    tomas: "tomas",
    farhad: "فرهاد",
    ingrid: "ingrid-solberg",
    new: "یارا",
  },
} as const;

/** Conversations as somebody has them after a while. */
export function everyday(now: number, tongue: "en" | "fa"): Scene {
  const lines: Partial<Record<keyof typeof CONVERSATION, readonly Line[]>> = {
    darius: TALK[tongue],
    ...OTHERS[tongue],
  };
  const messages = new Map<ConversationId, readonly MessageView[]>();
  const conversations: ConversationView[] = [];
  for (const [name, id] of Object.entries(CONVERSATION) as [keyof typeof CONVERSATION, ConversationId][]) {
    const list = (lines[name] ?? []).map((line, index) => message(id, index, line, now));
    messages.set(id, list);
    conversations.push(view(id, name, list, tongue, now));
  }
  return {
    patches: [
      { kind: "signed_in", accountId: ME, username: tongue === "fa" ? "آمینا" : "amina", role: "owner" },
      { kind: "device", device: { kind: "ready" } },
      { kind: "connection", connection: { kind: "online" } },
      { kind: "typing", conversationId: CONVERSATION.tomas, accountId: testId(4), until: now + HOUR },
    ],
    conversations,
    complete: true,
    messages,
    drafts: new Map([[CONVERSATION.ingrid, tongue === "fa" ? "شنبه ساعت ۱۰" : "Saturday at ten, by the"]]),
    people: ["samira"],
    failing: {},
  };
}

function view(
  id: ConversationId,
  name: keyof typeof CONVERSATION,
  list: readonly MessageView[],
  tongue: "en" | "fa",
  now: number,
): ConversationView {
  const last = list.at(-1);
  const unread = name === "leyla" ? 2 : 0;
  return {
    id,
    kind: name === "saved" ? "saved" : "direct",
    peer:
      name === "saved"
        ? undefined
        : { accountId: testId<AccountId>(100 + list.length), username: NAMES[tongue][name] },
    last,
    unread,
    readUpTo: list.length - unread,
    changedAt: last?.sentAt ?? now - 9 * DAY,
    state: "ready",
  };
}

export function message(conversationId: ConversationId, index: number, line: Line, now: number): MessageView {
  const [from, minutesAgo, text, mark] = line;
  const mine = from === "me";
  return {
    id: `${conversationId.slice(0, 10)}${String(index).padStart(11, "0")}A` as MessageId,
    conversationId,
    sequence: mark === "failed" ? undefined : index + 1,
    sender: mine ? ME : testId<AccountId>(100),
    mine,
    sentAt: now - minutesAgo * MINUTE,
    body: { kind: "text", text },
    mark: mine ? (mark ?? "sent") : undefined,
    failure: mark === "failed" ? "key_package.none" : undefined,
  };
}
