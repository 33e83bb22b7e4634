import { effect } from "@preact/signals";
import { html } from "htm/preact";
import { learnWords } from "../languages/language.ts";
import type { Means } from "../means.ts";
import { CHAT, navigate, SETTINGS, withNext } from "../routes.ts";
import { Conversations } from "./model.ts";
import { Shell } from "./shell.ts";

export interface OpenChat {
  readonly Screen: () => unknown;
}

/** Opens the messenger for as long as the session lasts; afterwards `closed` is told. */
export async function openChat(means: Means, closed: () => void): Promise<OpenChat> {
  const [messenger] = await Promise.all([means.openMessenger(), learnWords("chat")]);
  const conversations = new Conversations(messenger);
  const stop = effect(() => {
    if (!conversations.signedOut.value) return;
    queueMicrotask(async () => {
      stop();
      const back = location.pathname === SETTINGS ? CHAT : location.pathname + location.hash;
      await conversations.close();
      closed();
      navigate(withNext("/auth/sign-in", back), { replace: true });
    });
  });
  return { Screen: () => html`<${Shell} conversations=${conversations} means=${means} />` };
}
