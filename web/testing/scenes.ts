import type { AccountId, ConversationId, MessageId } from "../../src/protocol/ids.ts";
import type {
  ConversationView,
  DeviceState,
  GroupView,
  Mark,
  MessageView,
  Patch,
} from "../delivery/patches.ts";
import type { Scene } from "./fixture-messenger.ts";
import { withMedia } from "./media-scene.ts";
import { withPolls } from "./poll-scene.ts";
import type { Scene } from "./scene.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const ME = testId<AccountId>(0);

export const SCENES = {
  everyday: (now: number) => everyday(now, "en"),
  persian: (now: number) => everyday(now, "fa"),
  empty: (now: number) => ({ ...everyday(now, "en"), conversations: [] }),
  loading: (now: number) => ({ ...everyday(now, "en"), conversations: [], complete: false }),
  offline: (now: number) =>
    plus(everyday(now, "en"), { kind: "connection", connection: { kind: "offline", retryAt: now + 12_000 } }),
  catchingUp: (now: number) =>
    plus(everyday(now, "en"), { kind: "connection", connection: { kind: "catching_up" } }),
  elsewhere: (now: number) => onDevice(now, { kind: "elsewhere" }),
  starting: (now: number) => onDevice(now, { kind: "starting" }),
  insecure: (now: number) => onDevice(now, { kind: "unusable", reason: "insecure_context" }),
  full: (now: number) => onDevice(now, { kind: "unusable", reason: "storage_full" }),
  signedOut: (now: number) => plus(everyday(now, "en"), { kind: "signed_out" }),
  failing: (now: number) => ({
    ...everyday(now, "en"),
    failing: { open: "storage", profile: "unreachable" } as const,
  }),
  impostor: (now: number) => impostor(now, "en"),
  impostorPersian: (now: number) => impostor(now, "fa"),
  group: (now: number) => withGroup(everyday(now, "en"), now),
  groupPersian: (now: number) => withGroup(everyday(now, "fa"), now),
  groupSilent: (now: number) =>
    asMember(withGroup(everyday(now, "en"), now), {
      rights: { addMembers: "admins", write: "admins" },
      silent: true,
    }),
  groupSlow: (now: number) =>
    asMember(withGroup(everyday(now, "en"), now), {
      rights: { addMembers: "admins", slow: 60 },
      pausedUntil: now + 42_000,
    }),
  polls: (now: number) => withPolls(withGroup(everyday(now, "en"), now), ME, "en"),
  pollsPersian: (now: number) => withPolls(withGroup(everyday(now, "fa"), now), ME, "fa"),
  media: (now: number) => withMedia(everyday(now, "en"), CONVERSATION.darius),
  mediaPersian: (now: number) => withMedia(everyday(now, "fa"), CONVERSATION.darius),
  groupFull: (now: number) => groupFailing(now, { add_members: "group.full", found_group: "group.full" }),
  groupWaiting: (now: number) =>
    groupFailing(now, { add_members: "change_waits", found_group: "change_waits" }),
  outOfGroup: (now: number) => stopped(withGroup(everyday(now, "en"), now), "removed"),
  changeRefused: (now: number) => stopped(withGroup(everyday(now, "en"), now), "refused"),
  changeRefusedPersian: (now: number) => stopped(withGroup(everyday(now, "fa"), now), "refused"),
  expelled: (now: number) => expelled(withGroup(everyday(now, "en"), now), GROUP, now),
  expelledPersian: (now: number) => expelled(withGroup(everyday(now, "fa"), now), GROUP, now),
  alone: (now: number) => expelled(everyday(now, "en"), CONVERSATION.darius, now),
  alonePersian: (now: number) => expelled(everyday(now, "fa"), CONVERSATION.darius, now),
  asking: (now: number) => withStanding(everyday(now, "en"), "asking"),
  blocked: (now: number) => withStanding(everyday(now, "en"), "blocked"),
  reporting: (now: number) => ({ ...everyday(now, "en"), failing: { report: "unreachable" } as const }),
  unkept: (now: number) => ({ ...everyday(now, "en"), failing: { send: "storage" } as const }),
  many: (now: number) => many(now, 0),
  manyUnread: (now: number) => many(now, 170),
} satisfies Record<string, (now: number) => Scene>;
export type SceneName = keyof typeof SCENES;

/** Ids that stay the same from run to run, so that tests can open a conversation by its address. */
export function testId<Id extends string>(number: number): Id {
  return number.toString(36).padStart(21, "0").concat("A") as Id;
}

export const CONVERSATION = {
  darius: testId<ConversationId>(1),
  saved: testId<ConversationId>(2),
  leyla: testId<ConversationId>(3),
  tomas: testId<ConversationId>(4),
  farhad: testId<ConversationId>(5),
  ingrid: testId<ConversationId>(6),
  new: testId<ConversationId>(7),
} as const;

type Line = readonly [from: "me" | "them", minutesAgo: number, text: string, mark?: Mark];

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

function everyday(now: number, tongue: "en" | "fa"): Scene {
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

function message(conversationId: ConversationId, index: number, line: Line, now: number): MessageView {
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

/** Leyla's identity has changed before her last two messages, Darius' history does not agree, nor do Tomas' devices. */
function impostor(now: number, tongue: "en" | "fa"): Scene {
  const base = everyday(now, tongue);
  const marked = base.messages
    .get(CONVERSATION.leyla)
    ?.map((one, index) => (index > 0 ? { ...one, impostor: true as const } : one));
  const conversations = base.conversations.map((view) => {
    if (view.id === CONVERSATION.leyla) return { ...view, identityChanged: true as const };
    if (view.id === CONVERSATION.tomas && view.peer) {
      const deviceDoubts = [{ accountId: view.peer.accountId, why: "differs" as const, mine: false }];
      return { ...view, deviceDoubts };
    }
    return view.id === CONVERSATION.darius ? { ...view, doubt: "history_differs" as const } : view;
  });
  return { ...base, conversations, messages: new Map(base.messages).set(CONVERSATION.leyla, marked ?? []) };
}

/** A conversation of years. */
function many(now: number, unread: number): Scene {
  const base = everyday(now, "en");
  const list = Array.from({ length: 100_000 }, (_, index) => {
    const line: Line = [
      index % 3 === 0 ? "me" : "them",
      (100_000 - index) * 7,
      `Message number ${index + 1}`,
      "read",
    ];
    return message(CONVERSATION.darius, index, line, now);
  });
  const conversations = base.conversations.map((view) =>
    view.id === CONVERSATION.darius
      ? { ...view, last: list.at(-1), unread, readUpTo: list.length - unread }
      : view,
  );
  return { ...base, conversations, messages: new Map(base.messages).set(CONVERSATION.darius, list) };
}

function withStanding(scene: Scene, standing: "asking" | "blocked"): Scene {
  const conversations = scene.conversations.map((view) =>
    view.id === CONVERSATION.leyla ? { ...view, standing } : view,
  );
  return { ...scene, conversations };
}

export const GROUP = testId<ConversationId>(8);

/** Owned by this person, with three others, who talked in it. */
function withGroup(scene: Scene, now: number): Scene {
  const [leyla, tomas, darius] = [201, 202, 203].map((number) => testId<AccountId>(number)) as [
    AccountId,
    AccountId,
    AccountId,
  ];
  const said = (
    index: number,
    sender: AccountId,
    minutes: number,
    body: MessageView["body"],
  ): MessageView => ({
    ...message(GROUP, index, [sender === ME ? "me" : "them", minutes, "", "read"], now),
    sender,
    body,
  });
  const idOf = (index: number) => said(index, ME, 0, text("")).id;
  const text = (words: string) => ({ kind: "text" as const, text: words });
  const list = [
    said(0, ME, 190, { kind: "change", changes: [{ kind: "named", name: "Garden on Sunday" }] }),
    {
      ...said(1, ME, 180, text("Who brings the ladder?")),
      reactions: [
        { accountId: leyla, emoji: "👍" },
        { accountId: ME, emoji: "👍" },
        { accountId: tomas, emoji: "🌿" },
      ],
    },
    said(2, leyla, 170, text("I do.")),
    said(3, leyla, 169, text("And the long shears.")),
    said(4, ME, 120, { kind: "change", changes: [{ kind: "added", accounts: [darius] }] }),
    said(5, ME, 119, { kind: "change", changes: [{ kind: "ranked", account: leyla, rank: "admin" }] }),
    said(6, darius, 60, text("سلام! من هم می‌آیم.")),
    {
      ...said(7, tomas, 30, { ...text("Coffee at nine, ladder at ten."), replyTo: idOf(1) }),
      earlier: [{ text: "Coffee at eight.", until: now - 29 * MINUTE }],
    },
    said(8, darius, 20, { ...text("@amina the key, @tomas the rope, please."), mentions: [ME, tomas] }),
  ];
  const people = [
    { accountId: ME, username: "amina", rank: "owner" as const },
    { accountId: leyla, username: "leyla.moradi", rank: "admin" as const },
    { accountId: tomas, username: "tomas", rank: "member" as const },
    { accountId: darius, username: "darius", rank: "member" as const },
  ];
  const group = {
    name: "Garden on Sunday",
    description: "Pruning, planting, and something to eat afterwards.",
    me: ME,
    people,
    mayAdd: true,
    rights: { addMembers: "admins" as const },
  };
  const view: ConversationView = {
    id: GROUP,
    kind: "group",
    peer: undefined,
    group,
    last: list.at(-1),
    unread: 0,
    readUpTo: list.length,
    changedAt: now - 20 * MINUTE,
    state: "ready",
  };
  return {
    ...scene,
    conversations: [...scene.conversations, view],
    messages: new Map(scene.messages).set(GROUP, list),
  };
}

function asMember(scene: Scene, ruled: Partial<GroupView>): Scene {
  const conversations = scene.conversations.map((view) => {
    if (view.id !== GROUP || !view.group) return view;
    const people = view.group.people.map((one) =>
      one.accountId === ME ? { ...one, rank: "member" as const } : one,
    );
    return { ...view, group: { ...view.group, people, mayAdd: false, ...ruled } };
  });
  return { ...scene, conversations };
}

function groupFailing(now: number, failing: Scene["failing"]): Scene {
  return { ...withGroup(everyday(now, "en"), now), failing };
}

function stopped(scene: Scene, frozenBy: "removed" | "refused"): Scene {
  const conversations = scene.conversations.map((view) =>
    view.id === GROUP ? { ...view, state: "frozen" as const, frozenBy } : view,
  );
  return { ...scene, conversations };
}

/** By the server: somebody and this person from a group, the other from a direct conversation. */
function expelled(scene: Scene, id: ConversationId, now: number): Scene {
  const view = scene.conversations.find((one) => one.id === id);
  const theirs = view?.peer?.accountId;
  const another = view?.group?.people.at(-1)?.accountId ?? ME;
  const told = (index: number, account: AccountId): MessageView => ({
    ...message(id, index, ["them", 1, "", "read"], now),
    body: { kind: "change", changes: [{ kind: "expelled", accounts: [account] }] },
  });
  const lines = theirs ? [told(90, theirs)] : [told(90, another), told(91, ME)];
  const frozenBy = theirs ? ("alone" as const) : ("expelled" as const);
  const conversations = scene.conversations.map((view) =>
    view.id === id ? { ...view, state: "frozen" as const, frozenBy } : view,
  );
  const messages = new Map(scene.messages).set(id, [...(scene.messages.get(id) ?? []), ...lines]);
  return { ...scene, conversations, messages };
}

function plus(scene: Scene, patch: Patch): Scene {
  return { ...scene, patches: [...scene.patches, patch] };
}

function onDevice(now: number, device: DeviceState): Scene {
  return plus(everyday(now, "en"), { kind: "device", device });
}
