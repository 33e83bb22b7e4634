import type { AccountId, MessageId } from "../../src/protocol/ids.ts";
import type { MessageView } from "../delivery/patches.ts";
import type { Scene } from "./scene.ts";

const SAID = {
  en: {
    food: "What do we cook on Friday?",
    foods: ["Rice with herbs", "Lentil soup with a great deal of fried onion and mint", "سبزی پلو"],
    days: "Which days suit you?",
    day: ["Friday", "Saturday", "Sunday"],
    over: "Do we buy a second ladder?",
    answers: ["Yes", "No"],
  },
  fa: {
    food: "جمعه چه بپزیم؟",
    foods: ["سبزی پلو", "آش رشته با پیازداغ و نعناداغ فراوان", "Lentil soup"],
    days: "کدام روزها می‌توانید؟",
    day: ["جمعه", "شنبه", "یکشنبه"],
    over: "نردبان دیگری بخریم؟",
    answers: ["بله", "نه"],
  },
} as const;

/** The group's people ask each other: one is answered, one is not yet, one is closed. */
export function withPolls(scene: Scene, me: AccountId, tongue: keyof typeof SAID): Scene {
  const group = scene.conversations.find(({ kind }) => kind === "group");
  const before = (group && scene.messages.get(group.id)) ?? [];
  const newest = before.at(-1);
  const [leyla = me, tomas = me, darius = me] = (group?.group?.people ?? [])
    .map(({ accountId }) => accountId)
    .filter((one) => one !== me);
  if (!group || !newest) return scene;
  const words = SAID[tongue];
  const ask = (
    index: number,
    sender: AccountId,
    [text, options, several]: [string, readonly string[], boolean],
    rest: Partial<MessageView>,
  ): MessageView => ({
    ...newest,
    id: `${newest.id.slice(0, 12)}${index}${newest.id.slice(13)}` as MessageId,
    sequence: before.length + index,
    sender,
    mine: sender === me,
    mark: sender === me ? "read" : undefined,
    sentAt: newest.sentAt + index * 60_000,
    body: { kind: "text", text, poll: { options: [...options], several } },
    ...rest,
  });
  const vote = (accountId: AccountId, ...choices: number[]) => ({ accountId, choices });
  const asked = [
    ask(1, leyla, [words.over, words.answers, false], {
      votes: [vote(tomas, 0), vote(darius, 1), vote(leyla, 0)],
      closed: { by: leyla, late: [me] },
    }),
    ask(2, me, [words.days, words.day, true], { votes: [vote(leyla, 0, 2), vote(tomas, 2), vote(me, 2)] }),
    ask(3, tomas, [words.food, words.foods, false], { votes: [vote(darius, 0), vote(leyla, 1)] }),
  ];
  const all = [...before, ...asked];
  const view = { ...group, last: all.at(-1), readUpTo: all.length };
  return {
    ...scene,
    conversations: scene.conversations.map((one) => (one === group ? view : one)),
    messages: new Map(scene.messages).set(group.id, all),
  };
}
