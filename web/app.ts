import { signal } from "@preact/signals";
import { html, render } from "htm/preact";
import { useEffect } from "preact/hooks";
import { Landing } from "./accounts/landing.ts";
import { Register } from "./accounts/register.ts";
import { Server } from "./accounts/server.ts";
import { SetUp } from "./accounts/set-up.ts";
import { SignIn } from "./accounts/sign-in.ts";
import type { OpenChat } from "./conversations/chat.ts";
import { say, startLanguage } from "./languages/language.ts";
import type { Means } from "./means.ts";
import { page, startRoutes } from "./routes.ts";
import { startTheme } from "./settings/theme.ts";
import { Button } from "./ui/button.ts";
import { Notice, Waiting } from "./ui/notice.ts";
import { useTitle } from "./ui/title.ts";

export async function startApp(means: Means): Promise<void> {
  startTheme();
  await startLanguage();
  startRoutes();
  const root = document.getElementById("app");
  // The mark stood there while this was loading.
  root?.replaceChildren();
  if (root) render(html`<${App} means=${means} server=${new Server(means.call)} />`, root);
}

function App({ means, server }: { means: Means; server: Server }) {
  const now = page.value;
  const asksFirst = now.kind !== "chat" && now.kind !== "not_found";
  useEffect(() => {
    if (asksFirst) server.ask();
  }, [asksFirst]);
  switch (now.kind) {
    case "landing":
      return html`<${Landing} server=${server} />`;
    case "sign_in":
      return html`<${SignIn} means=${means} server=${server} next=${now.next} />`;
    case "register":
      return html`<${Register} means=${means} server=${server} next=${now.next} inviteCode=${now.inviteCode} />`;
    case "set_up":
      return html`<${SetUp} means=${means} server=${server} token=${now.token} />`;
    case "chat":
      return html`<${Chat} means=${means} server=${server} />`;
    case "not_found":
      return html`<${NotFound} />`;
  }
}

/** The chat's code, fetched when it is first wanted and open from then on. */
const part = signal<{ kind: "unloaded" | "failed" } | { kind: "open"; chat: OpenChat }>({ kind: "unloaded" });

function Chat({ means, server }: { means: Means; server: Server }) {
  const now = part.value;
  useEffect(() => {
    if (now.kind === "unloaded") void loadChat(means, server);
  }, [now.kind]);
  if (now.kind === "unloaded") return html`<${Waiting} text=${say("app.opening")} />`;
  if (now.kind === "open") return html`<${now.chat.Screen} />`;
  return html`<main class="page">
    <${Notice} whole title=${say("app.part_missing")} text=${say("app.part_missing_text")}>
      <${Button} label=${say("do.try_again")} kind="main" onPress=${() => location.reload()} />
    <//>
  </main>`;
}

async function loadChat(means: Means, server: Server): Promise<void> {
  try {
    const { openChat } = await import("./conversations/chat.ts");
    const chat = await openChat(means, () => {
      server.signedOut();
      part.value = { kind: "unloaded" };
    });
    part.value = { kind: "open", chat };
  } catch (error) {
    part.value = { kind: "failed" };
    throw error;
  }
}

function NotFound() {
  useTitle(say("app.not_found"));
  return html`<main class="page">
    <${Notice} whole title=${say("app.not_found")} text=${say("app.not_found_text")}>
      <a class="button button-plain" href="/">${say("app.to_start")}</a>
    <//>
  </main>`;
}
