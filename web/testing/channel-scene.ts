import type { AccountId, ConversationId, MessageId } from "../../src/protocol/ids.ts";
import type { Rights } from "../../src/protocol/rights.ts";
import type { CommentView } from "../delivery/channels/commands.ts";
import type { ConversationView, MessageView } from "../delivery/patches.ts";
import { MINUTE, message } from "./everyday-scene.ts";
import type { Scene } from "./scene.ts";
import { CHANNEL, ME, PRIVATE_CHANNEL, testId } from "./test-ids.ts";

const SAID = {
  en: {
    title: "Town news",
    description: "What happens in the streets around the market, from those who live there.",
    posts: [
      "The *market* opens at eight on Saturday, an hour earlier than last week.",
      "Water is off in Mill Street on Tuesday from nine to noon. Fill a pot the evening before.",
      "The library has a new reading room. Photographs and hours: https://example.org/library",
    ],
    comments: [
      "I bring plums.",
      "Is there room for one more stall? We have honey, and a great many jars.",
      "آره، هست.",
    ],
    choir: "Choir notices",
    notices: ["Rehearsal moves to Thursday, half past seven.", "Bring the second part with you."],
  },
  fa: {
    title: "خبرهای شهر",
    description: "آنچه در کوچه‌های دور بازار می‌گذرد، از زبان ساکنانش.",
    posts: [
      "بازار شنبه ساعت هشت باز می‌شود، یک ساعت زودتر از هفتهٔ پیش.",
      "سه‌شنبه از نه تا دوازده آب کوچهٔ آسیاب قطع است. شب پیش قابلمه‌ای پر کنید.",
      "کتابخانه اتاق مطالعهٔ تازه‌ای دارد: https://example.org/library",
    ],
    comments: ["من آلو می‌آورم.", "جای یک غرفهٔ دیگر هست؟ عسل داریم، با شیشه‌های فراوان.", "Yes, there is."],
    choir: "اعلان‌های گروه کر",
    notices: ["تمرین به پنجشنبه ساعت هفت و نیم می‌افتد.", "بخش دوم را همراه بیاورید."],
  },
} as const;

const [LEYLA, TOMAS, DARIUS] = [201, 202, 203].map((one) => testId<AccountId>(one)) as [
  AccountId,
  AccountId,
  AccountId,
];

/** A public channel with comments, and a private one. */
export function withChannel(scene: Scene, now: number, tongue: keyof typeof SAID, writes: boolean): Scene {
  const words = SAID[tongue];
  const owner = { accountId: writes ? ME : LEYLA, username: writes ? "amina" : "leyla.moradi" };
  const posts = words.posts.map((text, index) =>
    saying(CHANNEL, index, owner.accountId, 300 - index * 70, text, now),
  );
  const notices = words.notices.map((text, index) =>
    saying(PRIVATE_CHANNEL, index, owner.accountId, 50 - index, text, now),
  );
  const [first] = posts;
  const about = { people: [{ ...owner, rank: "owner" as const }], me: ME, mayAdd: false };
  const open: ConversationView = {
    ...place(CHANNEL, posts),
    kind: "channel",
    channel: { handle: "town.news", subscribers: 214, comments: true, mayWrite: writes, isOwner: writes },
    group: { ...about, name: words.title, description: words.description },
  };
  const rights: Rights = { addMembers: "admins", write: "admins", channel: true };
  const readers = [TOMAS, DARIUS, writes ? LEYLA : ME].map((accountId, index) => ({
    accountId,
    username: ["tomas", "darius", writes ? "leyla.moradi" : "amina"][index] ?? "",
    rank: "member" as const,
  }));
  const closed: ConversationView = {
    ...place(PRIVATE_CHANNEL, notices),
    kind: "group",
    group: {
      ...about,
      name: words.choir,
      description: "",
      people: [...about.people, ...readers],
      mayAdd: writes,
      rights,
      ...(writes ? {} : { silent: true as const }),
    },
  };
  return {
    ...scene,
    conversations: [...scene.conversations, open, closed],
    messages: new Map([...scene.messages, [CHANNEL, posts], [PRIVATE_CHANNEL, notices]]),
    comments: new Map(first ? [[first.id, commentsOf(words.comments, now)]] : []),
  };
}

function saying(
  id: ConversationId,
  index: number,
  sender: AccountId,
  minutes: number,
  text: string,
  now: number,
): MessageView {
  const said = message(id, index, [sender === ME ? "me" : "them", minutes, text], now);
  return {
    ...said,
    id: testId<MessageId>(Number.parseInt(id.slice(0, -1), 36) * 1000 + index),
    sender,
    mark: undefined,
  };
}

function place(id: ConversationId, list: readonly MessageView[]) {
  const last = list.at(-1);
  const changedAt = last?.sentAt ?? 0;
  return { id, peer: undefined, last, unread: 0, readUpTo: list.length, changedAt, state: "ready" as const };
}

function commentsOf(words: readonly string[], now: number): CommentView[] {
  const writers = [
    { sender: TOMAS, username: "tomas" },
    { sender: DARIUS, username: "darius" },
    { sender: ME, username: "amina" },
  ];
  return writers.map((writer, index) => ({
    ...writer,
    id: testId<MessageId>(900 + index),
    place: index + 1,
    mine: writer.sender === ME,
    sentAt: now - (90 - index * 20) * MINUTE,
    text: words[index],
  }));
}
