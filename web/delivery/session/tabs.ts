import { type MessageId, newId, newMessageId } from "../../../src/protocol/ids.ts";
import type { Account } from "../client.ts";
import { CommandFailed } from "../command-failed.ts";
import type { Command } from "../commands.ts";
import { codeOf, Failed } from "../failures.ts";
import type { Patch } from "../patches.ts";
import type { Release } from "../platform/platform.ts";
import { type Answer, type Core, openCore } from "./core.ts";

/** What tabs of one account say to each other. Channels stay within the browser and the origin. */
type Word =
  | { t: "do"; from: string; id: MessageId; command: Command }
  | { t: "got"; to: string; id: MessageId }
  | { t: "done"; to: string; id: MessageId; answer: Answer }
  | { t: "failed"; to: string; id: MessageId; code: string }
  | { t: "patch"; patch: Patch }
  | { t: "state"; from: string }
  | { t: "snapshot"; to: string; patches: readonly Patch[] }
  | { t: "leads" }
  | { t: "signed_out" };

interface Asked {
  readonly command: Command;
  readonly answer: PromiseWithResolvers<Answer>;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** Any tab of the account, leading or following: it looks the same from outside. */
export interface Tab {
  ask(command: Command): Promise<Answer>;
  state(): void;
  close(): void;
}

/** A leader that does not even say "got it" for this long is frozen or gone. */
const LEADER_ANSWERS_WITHIN = 4_000;

/**
 * One tab leads and works, the others hand it their commands. Whoever waited longest takes over when it
 * goes. Commands are asked again of the new leader, and count once because their ids stay the same.
 */
export function openTab(account: Account, hear: (patch: Patch) => void, signedOut: () => void): Tab {
  const me = newId<MessageId>();
  const channel = account.platform.openChannel(`elahe-tabs-${account.accountId}`);
  const asked = new Map<MessageId, Asked>();
  let core: Core | undefined;
  let release: Release = () => undefined;
  let closed = false;

  const say = (word: Word) => {
    if (!closed) channel.post(word);
  };
  const lead = () => {
    if (closed || core) return;
    const tell = (patch: Patch) => {
      hear(patch);
      say({ t: "patch", patch });
    };
    core = openCore({ ...account, tell }, () => {
      say({ t: "signed_out" });
      signedOut();
    });
    say({ t: "leads" });
    for (const [id, question] of asked) askCore(core, id, question);
  };
  const stepDown = () => {
    core?.close();
    core = undefined;
    if (!closed) follow(false);
  };
  const follow = (force: boolean) => {
    release();
    release = account.platform.locks.keep(
      `elahe-leader-${account.accountId}`,
      { got: lead, lost: stepDown },
      force,
    );
  };

  const finish = (id: MessageId, settle: (answer: PromiseWithResolvers<Answer>) => void) => {
    const question = asked.get(id);
    if (!question) return;
    asked.delete(id);
    clearTimeout(question.timer);
    settle(question.answer);
  };
  const askCore = (leader: Core, id: MessageId, { command }: Asked) => {
    leader.run(command, id).then(
      (answer) => finish(id, ({ resolve }) => resolve(answer)),
      (cause) => core === leader && finish(id, ({ reject }) => reject(cause)),
    );
  };
  const askLeader = (id: MessageId, question: Asked) => {
    say({ t: "do", from: me, id, command: question.command });
    clearTimeout(question.timer);
    question.timer = setTimeout(() => {
      if (!core && !closed) follow(true);
    }, LEADER_ANSWERS_WITHIN);
  };
  const serve = (leader: Core, from: string, id: MessageId, command: Command) => {
    say({ t: "got", to: from, id });
    leader.run(command, id).then(
      (answer) => say({ t: "done", to: from, id, answer }),
      (cause) => core === leader && say({ t: "failed", to: from, id, code: codeOf(cause) }),
    );
  };

  const heard = (word: Word) => {
    if ("to" in word && word.to !== me) return;
    if (word.t === "do" && core) serve(core, word.from, word.id, word.command);
    else if (word.t === "state" && core) {
      void core.snapshot().then((patches) => say({ t: "snapshot", to: word.from, patches }));
    } else if (word.t === "leads") {
      say({ t: "state", from: me });
      for (const [id, question] of asked) askLeader(id, question);
    } else if (word.t === "got") clearTimeout(asked.get(word.id)?.timer);
    else if (word.t === "done") finish(word.id, ({ resolve }) => resolve(word.answer));
    else if (word.t === "failed") finish(word.id, ({ reject }) => reject(new CommandFailed(word.code)));
    else if (word.t === "patch") hear(word.patch);
    else if (word.t === "snapshot") word.patches.forEach(hear);
    else if (word.t === "signed_out") signedOut();
  };

  channel.listen((message) => heard(message as Word));
  follow(false);
  if (!core) say({ t: "state", from: me });

  return {
    ask(command) {
      if (closed) return Promise.reject(new Failed("unreachable"));
      const id = newMessageId();
      const question: Asked = { command, answer: Promise.withResolvers<Answer>(), timer: undefined };
      asked.set(id, question);
      if (core) askCore(core, id, question);
      else askLeader(id, question);
      return question.answer.promise;
    },
    state() {
      if (core) void core.snapshot().then((patches) => patches.forEach(hear));
      else say({ t: "state", from: me });
    },
    close() {
      closed = true;
      release();
      core?.close();
      channel.close();
      for (const id of asked.keys()) finish(id, ({ reject }) => reject(new Failed("unreachable")));
    },
  };
}
