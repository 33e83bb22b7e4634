import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { CloudOff } from "lucide";
import { useEffect } from "preact/hooks";
import type { Connection } from "../delivery/patches.ts";
import { say } from "../languages/language.ts";
import { Icon } from "../ui/icon.ts";
import { Mark } from "../ui/mark.ts";

/** Short waits pass unmentioned; only what lasts is worth a line. */
const WORTH_SAYING = 1_000;

/**
 * Offline: this device has no network. Unreachable: it has one, and the server does not answer. Wrong: its
 * answers contradict each other.
 */
export type Said = "online" | "connecting" | "catching_up" | Away;
type Away = "offline" | "unreachable" | "wrong";

/** A try to reach the server is no news to those told that it is away: that stands until it succeeds. */
export function useConnectionSaid(connection: Connection): Said {
  const said = useSignal<Connection["kind"] | "wrong">("online");
  const network = useNetwork();
  useEffect(() => {
    if (connection.kind === "connecting" && (said.value === "offline" || said.value === "wrong")) return;
    const atOnce = connection.kind === "online" || connection.kind === "offline";
    const timer = setTimeout(
      () => {
        said.value = connection.kind === "offline" && connection.wrong ? "wrong" : connection.kind;
      },
      atOnce ? 0 : WORTH_SAYING,
    );
    return () => clearTimeout(timer);
  }, [connection]);
  return said.value === "offline" && network ? "unreachable" : said.value;
}

function useNetwork(): boolean {
  const network = useSignal(navigator.onLine);
  useEffect(() => {
    const look = () => {
      network.value = navigator.onLine;
    };
    addEventListener("online", look);
    addEventListener("offline", look);
    return () => {
      removeEventListener("online", look);
      removeEventListener("offline", look);
    };
  }, []);
  return network.value;
}

/** The name of the app in the list's bar, and in its place what keeps messages from coming: nothing moves. */
export function ConnectionTitle({ said, onRetry }: { said: Said; onRetry: () => void }) {
  const title = say("app.title");
  if (said === "online") return html`<${Mark} size=${26} /><h1 class="bar-title">${title}</h1>`;
  if (said === "connecting" || said === "catching_up")
    return html`<${Mark} size=${26} /><div class="connection" data-connection=${said}>
      <h1 class="bar-title">${title}</h1>
      <span class="connection-line">${say(`connection.${said}`)}</span>
    </div>`;
  return html`<${Icon} of=${CloudOff} size=${26} /><h1 class="visually-hidden">${title}</h1>
    <button class="connection" type="button" data-connection=${said} title=${sayAway(said)} onClick=${onRetry}>
      <span class="connection-line">${say(`connection.${said}`)}</span>
      <span class="connection-do">${say("do.try_now")}</span>
    </button>`;
}

/** What becomes of messages written now, in the bar of the conversation they are written in. */
export function sayWhenSent(said: Said): string | undefined {
  if (said === "offline") return say("connection.offline_sent");
  if (said === "wrong") return say("connection.wrong_sent");
  return said === "unreachable" ? say("connection.unreachable_sent") : undefined;
}

/** The same for those who listen; it is there from the beginning, or nothing of it would be heard. */
export function ConnectionHeard({ said }: { said: Said }) {
  const away = said === "offline" || said === "unreachable" || said === "wrong";
  return html`<div class="visually-hidden" role="status">${away && sayAway(said)}</div>`;
}

function sayAway(said: Away): string {
  return `${say(`connection.${said}`)}. ${sayWhenSent(said)}.`;
}
