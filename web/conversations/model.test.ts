import { expect, test } from "bun:test";
import type { Command, Messenger, Results } from "../delivery/commands.ts";
import { chatPath } from "../routes.ts";
import { openFixtureMessenger } from "../testing/fixture-messenger.ts";
import { SCENES, type SceneName } from "../testing/scenes.ts";
import { CONVERSATION, ME } from "../testing/test-ids.ts";
import { Conversations } from "./model.ts";
import { Search } from "./search-model.ts";
import { drawn, TimelineWindow } from "./timeline-window.ts";

function open(scene: SceneName = "everyday") {
  const messenger = openFixtureMessenger(SCENES[scene](Date.now()), ME);
  return { messenger, conversations: new Conversations(messenger) };
}

test("the conversation that changed last comes first", () => {
  const { messenger, conversations } = open();
  const view = conversations.byId.value.get(CONVERSATION.ingrid);
  if (!view) throw new Error("scene without ingrid");
  messenger.push({
    kind: "conversations",
    conversations: [{ ...view, changedAt: Date.now() }],
    complete: true,
  });
  expect(conversations.listed.value[0]?.id).toBe(CONVERSATION.ingrid);
  expect(conversations.unread.value).toBe(2);
});

test("the list shows the mark that the message has by now", () => {
  const { messenger, conversations } = open();
  const last = conversations.byId.value.get(CONVERSATION.darius)?.last;
  if (!last) throw new Error("scene without a last message");
  messenger.push({
    kind: "messages",
    conversationId: CONVERSATION.darius,
    messages: [{ ...last, mark: "read" }],
  });
  expect(conversations.byId.value.get(CONVERSATION.darius)?.last?.mark).toBe("read");
});

test("an empty list is only called empty once it is complete", () => {
  expect(open("loading").conversations.complete.value).toBe(false);
  expect(open("empty").conversations.complete.value).toBe(true);
});

test("the typing sign ends when its time is over or the message comes", async () => {
  const { messenger, conversations } = open();
  const accountId = ME;
  messenger.push({ kind: "typing", conversationId: CONVERSATION.darius, accountId, until: Date.now() + 20 });
  expect(conversations.typing.value.has(CONVERSATION.darius)).toBe(true);
  await Bun.sleep(40);
  expect(conversations.typing.value.has(CONVERSATION.darius)).toBe(false);
});

test("what is typed is kept as a draft, and sending removes it", async () => {
  const { messenger, conversations } = open();
  const composer = conversations.composerOf(CONVERSATION.darius);
  composer.write("half a thought");
  composer.keep();
  expect(conversations.drafts.value.get(CONVERSATION.darius)).toBe("half a thought");
  await composer.send();
  expect(messenger.asked.filter(({ kind }) => kind === "draft").at(-1)).toMatchObject({ text: "" });
  expect(conversations.drafts.value.get(CONVERSATION.darius)).toBe("");
});

test("what is written to somebody new is kept as a draft until it is on its way", async () => {
  const { messenger, conversations } = open();
  const kept = () => messenger.do({ kind: "read_draft", conversationId: "@samira" });
  const composer = conversations.firstComposerOf("samira");
  composer.write("precious words");
  composer.keep();
  expect(await kept()).toBe("precious words");
  const sending = composer.send();
  composer.write("and more");
  composer.keep();
  expect(await kept()).toBe("precious words\nand more");
  await sending;
  expect(await kept()).toBe("and more");
  const again = new Conversations(messenger).firstComposerOf("samira");
  await Bun.sleep(5);
  expect(again.text.value).toBe("and more");
});

test("a stored draft does not overwrite what is being typed", async () => {
  const { conversations } = open();
  const composer = conversations.composerOf(CONVERSATION.ingrid);
  composer.write("newer words");
  await Bun.sleep(5);
  expect(composer.text.value).toBe("newer words");
});

test("words that could not be put aside come back before those typed since", async () => {
  const { conversations } = open("unkept");
  const composer = conversations.composerOf(CONVERSATION.darius);
  composer.write("first");
  const sending = composer.send();
  composer.write("second");
  expect(await sending).toBe(false);
  expect(composer.text.value).toBe("first\nsecond");
  expect(composer.failure.value).toBe("storage");
});

test("a conversation that cannot be opened says so and opens on the next try", async () => {
  const { conversations } = open("failing");
  const timeline = conversations.timelineOf(CONVERSATION.darius);
  await timeline.open({ unread: 0, readUpTo: 0 });
  expect(timeline.phase.value).toBe("failed");
  expect(timeline.failure.value).toBe("storage");
});

test("the first unread message is fetched even when it is pages away", async () => {
  const { conversations } = open("many");
  const timeline = conversations.timelineOf(CONVERSATION.darius);
  await timeline.open({ unread: 170, readUpTo: 99_830 });
  expect(timeline.messages.value[0]?.sequence).toBeLessThanOrEqual(99_831);
  expect(timeline.messages.value.length).toBeLessThan(300);
});

test("how far was read is reported once, and never backwards", async () => {
  const { messenger, conversations } = open();
  const timeline = conversations.timelineOf(CONVERSATION.leyla);
  await timeline.open({ unread: 2, readUpTo: 1 });
  timeline.seen(2);
  timeline.seen(3);
  timeline.seen(3);
  timeline.seen(1);
  await Bun.sleep(200);
  expect(messenger.asked.filter(({ kind }) => kind === "seen")).toEqual([
    { kind: "seen", conversationId: CONVERSATION.leyla, upTo: 3 },
  ]);
});

test("what stands before an own message and comes after it is read as soon as it is here too", async () => {
  const { messenger } = open();
  const told: number[] = [];
  let here = 3;
  const behind: Messenger = {
    ...messenger,
    do<C extends Command>(command: C): Promise<Results[C["kind"]]> {
      if (command.kind !== "seen") return messenger.do(command);
      told.push(command.upTo);
      return messenger.do({ ...command, upTo: Math.min(command.upTo, here) });
    },
  };
  const timeline = new Conversations(behind).timelineOf(CONVERSATION.leyla);
  await timeline.open({ unread: 0, readUpTo: 3 });
  timeline.seen(5);
  await Bun.sleep(200);
  expect(told).toEqual([5]);
  here = 5;
  timeline.seen(5);
  await Bun.sleep(200);
  expect(told).toEqual([5, 5]);
  timeline.seen(5);
  await Bun.sleep(200);
  expect(told).toEqual([5, 5]);
});

test("the window never draws more than its measure and reaches both ends", () => {
  const window = new TimelineWindow();
  const all = Array.from({ length: 500 }, (_, index) => index);
  while (window.older(all.length))
    expect(drawn(all, window.newer.value, window.size.value).length).toBeLessThanOrEqual(180);
  expect(drawn(all, window.newer.value, window.size.value)[0]).toBe(0);
  while (window.newer.value > 0) window.towardsEnd();
  expect(drawn(all, window.newer.value, window.size.value).at(-1)).toBe(499);
});

test("one does not look oneself up, and an at-sign before a name is forgiven", async () => {
  const { conversations } = open();
  const found: string[] = [];
  const search = new Search({ conversations, own: "amina", found: (id) => found.push(id) });
  search.username.value = "Amina";
  await search.start();
  expect(search.problem.value).toBe("yourself");
  search.username.value = " @darius ";
  await search.start();
  expect(found).toEqual([chatPath(CONVERSATION.darius)]);
});

test("what is written on another device comes into the list, and into a box that nobody has written in", async () => {
  const { messenger, conversations } = open();
  const id = CONVERSATION.darius;
  const composer = conversations.composerOf(id);
  const come = (text: string) => messenger.push({ kind: "drafts", drafts: [{ conversationId: id, text }] });
  come("from the phone");
  await Bun.sleep(5);
  expect([composer.text.value, conversations.drafts.value.get(id)]).toEqual([
    "from the phone",
    "from the phone",
  ]);
  composer.write("written here");
  come("from the phone again");
  expect(composer.text.value).toBe("written here");
  await composer.send();
  come("after it was sent");
  expect(composer.text.value).toBe("after it was sent");
});
