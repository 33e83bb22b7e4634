import type { AccountId, ConversationId } from "../../src/protocol/ids.ts";
import type { Rank } from "../../src/protocol/role-list.ts";
import type { PlaceView } from "../delivery/communities/commands.ts";
import type { ConversationView } from "../delivery/patches.ts";
import { message } from "./everyday-scene.ts";
import type { Scene } from "./scene.ts";
import { COMMUNITY, GROUP, ME, testId } from "./test-ids.ts";

const SAID = {
  en: {
    name: "The village",
    description: "Everybody around the square.",
    news: "The spring fair is on the second Sunday.",
    places: ["Garden on Sunday", "Cooks", "Council", "Town news"],
  },
  fa: {
    name: "دهکده",
    description: "همهٔ اهالی دور میدان.",
    news: "جشن بهار یکشنبهٔ دوم است.",
    places: ["باغ یکشنبه", "آشپزها", "شورا", "خبرهای شهر"],
  },
} as const;

/** With a group this person is in, one that is open, one that asks, and a public channel. */
export function withCommunity(scene: Scene, now: number, tongue: keyof typeof SAID, own: Rank): Scene {
  const words = SAID[tongue];
  const [garden, cooks, council, news] = words.places;
  const place = (conversationId: ConversationId, name: string, way: PlaceView["way"]) => ({
    conversationId,
    kind: "group" as const,
    name,
    way,
  });
  const places: PlaceView[] = [
    place(GROUP, garden, "open"),
    place(testId(31), cooks, "open"),
    place(testId(32), council, own === "owner" ? "ask" : "asked"),
    { ...place(testId(33), news, "open"), kind: "channel" },
  ];
  const leyla = testId<AccountId>(201);
  const list = [
    { ...message(COMMUNITY, 0, [own === "owner" ? "me" : "them", 44, words.news, "read"], now) },
  ].map((one) => (one.mine ? one : { ...one, sender: leyla }));
  const view: ConversationView = {
    id: COMMUNITY,
    kind: "group",
    peer: undefined,
    group: {
      name: words.name,
      description: words.description,
      me: ME,
      people: [
        { accountId: ME, username: "amina", rank: own },
        { accountId: leyla, username: "leyla.moradi", rank: own === "owner" ? "admin" : "owner" },
        { accountId: testId<AccountId>(202), username: "tomas", rank: "member" },
      ],
      mayAdd: own === "owner",
      rights: { addMembers: "admins", write: "admins" },
      community: { places },
      ...(own === "member" ? { silent: true as const } : {}),
    },
    last: list.at(-1),
    unread: 0,
    readUpTo: 1,
    changedAt: now - 44 * 60_000,
    state: "ready",
  };
  return {
    ...scene,
    conversations: [...scene.conversations, view],
    messages: new Map(scene.messages).set(COMMUNITY, list),
  };
}
