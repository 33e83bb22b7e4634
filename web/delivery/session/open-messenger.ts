import { type Me, signOut, whoAmI } from "../../../src/protocol/accounts.ts";
import type { Records } from "../../storage/records.ts";
import { StorageFailed } from "../../storage/storage.ts";
import { openVault, type Vault } from "../../storage/vault.ts";
import { CommandFailed } from "../command-failed.ts";
import type { Command, Messenger, Results } from "../commands.ts";
import { codeOf, Failed, Unreachable } from "../failures.ts";
import type { Patch } from "../patches.ts";
import { type Call, makeCall } from "../platform/api.ts";
import type { Platform } from "../platform/platform.ts";
import { openTab, type Tab } from "./tabs.ts";

type Person = Records["account"];

interface Here {
  readonly person: Person;
  readonly me: Me | undefined;
}

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;

/** The whole client on a platform: whoever is signed in there, with their storage and their device. */
export function openMessenger(platform: Platform): Messenger {
  const call = makeCall(platform.origin, platform.fetch);
  const listeners = new Set<(patch: Patch) => void>();
  const opened = Promise.withResolvers<Tab>();
  opened.promise.catch(() => undefined);
  const stopped = new AbortController();
  let here: Here | undefined;
  let ended = false;
  let trouble: Patch | undefined;

  const hear = (patch: Patch) => {
    for (const listener of listeners) listener(patch);
  };
  const say = (patch: Patch) => {
    trouble = patch;
    hear(patch);
  };
  const signedOut = () => {
    if (ended) return;
    ended = true;
    forget(platform).catch(() => undefined);
    opened.promise.then((tab) => tab.close()).catch(() => undefined);
    hear({ kind: "signed_out" });
  };

  const start = async () => {
    const found = await whoIsHere(platform, call, say, stopped.signal);
    if (!found || stopped.signal.aborted) {
      opened.reject(new Failed("unreachable"));
      return stopped.signal.aborted ? undefined : signedOut();
    }
    here = found;
    trouble = undefined;
    hear({ kind: "signed_in", ...here.person });
    const vault = openVault(await platform.openStorage(here.person.accountId));
    platform.askToPersist().catch(() => undefined);
    opened.resolve(openTabOf(platform, call, vault, here, hear, signedOut));
  };
  start().catch((cause) => {
    const full = cause instanceof StorageFailed && cause.full;
    say({ kind: "device", device: { kind: "unusable", reason: full ? "storage_full" : "storage_failed" } });
    opened.reject(cause);
  });

  const run = async (command: Command) => {
    if (command.kind === "sign_out") {
      await call(signOut, {});
      return signedOut();
    }
    const tab = await opened.promise;
    const { result, patches } = await tab.ask(command);
    patches.forEach(hear);
    return result;
  };

  return {
    async do<C extends Command>(command: C) {
      try {
        return (await run(command)) as Results[C["kind"]];
      } catch (cause) {
        throw new CommandFailed(codeOf(cause));
      }
    },
    listen(listener) {
      listeners.add(listener);
      if (ended) listener({ kind: "signed_out" });
      if (here && !ended) listener({ kind: "signed_in", ...here.person });
      if (trouble) listener(trouble);
      opened.promise.then((tab) => tab.state()).catch(() => undefined);
      return () => void listeners.delete(listener);
    },
    async close() {
      stopped.abort();
      listeners.clear();
      await opened.promise.then((tab) => tab.close()).catch(() => undefined);
    },
  };
}

function openTabOf(
  platform: Platform,
  call: Call,
  vault: Vault,
  { person, me }: Here,
  hear: (patch: Patch) => void,
  signedOut: () => void,
): Tab {
  const { accountId: id, username } = person;
  const tab = openTab({ platform, call, vault, accountId: id, username, me, tell: hear }, hear, signedOut);
  return {
    ...tab,
    close() {
      tab.close();
      vault.close();
    },
  };
}

/** Whom the server says, or without network whoever was here last. Undefined: nobody is signed in. */
async function whoIsHere(
  platform: Platform,
  call: Call,
  say: (patch: Patch) => void,
  stopped: AbortSignal,
): Promise<Here | undefined> {
  const browser = openVault(await platform.openStorage("browser"));
  try {
    for (let attempt = 0; !stopped.aborted; attempt += 1) {
      const answer = await call(whoAmI, {}).catch(unlessUnreachable);
      if (answer) return await remember(browser, answer.me ?? undefined);
      const last = await browser.read("account", "current");
      if (last) return { person: last, me: undefined };
      const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** attempt);
      say({ kind: "connection", connection: { kind: "offline", retryAt: platform.clock.now() + wait } });
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
    return undefined;
  } finally {
    browser.close();
  }
}

function unlessUnreachable(cause: unknown): undefined {
  if (!(cause instanceof Unreachable)) throw cause;
}

async function remember(browser: Vault, me: Me | undefined): Promise<Here | undefined> {
  const person = me && { accountId: me.accountId, username: me.username, role: me.role };
  await browser.change(async (change) => {
    if (person) change.put("account", "current", person);
    else change.remove("account", "current");
  });
  return person && { person, me };
}

async function forget(platform: Platform): Promise<void> {
  const browser = openVault(await platform.openStorage("browser"));
  await browser.change(async (change) => change.remove("account", "current"));
  browser.close();
}
