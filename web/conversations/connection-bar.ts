import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { CloudOff } from "lucide";
import { useEffect } from "preact/hooks";
import type { Connection } from "../delivery/patches.ts";
import { say } from "../languages/language.ts";
import { sayClock } from "../languages/say-time.ts";
import { Button } from "../ui/button.ts";
import { Icon } from "../ui/icon.ts";

/** Short waits pass unmentioned; only what lasts is worth a line. */
const WORTH_SAYING = 1_000;

export function ConnectionBar({ connection, onRetry }: { connection: Connection; onRetry: () => void }) {
  const said = useSaid(connection);
  if (said.kind === "online") return null;
  return html`<div class="connection" role="status" data-connection=${said.kind}>
    ${said.kind === "offline" && html`<${Icon} of=${CloudOff} size=${16} />`}
    <span>${sayConnection(said)}</span>
    ${said.kind === "offline" && html`<${Button} label=${say("do.try_now")} kind="quiet" onPress=${onRetry} />`}
  </div>`;
}

function sayConnection(connection: Connection): string {
  if (connection.kind === "connecting") return say("connection.connecting");
  if (connection.kind === "catching_up") return say("connection.catching_up");
  const said = say("connection.offline");
  const retryAt = connection.kind === "offline" ? connection.retryAt : undefined;
  const soon = retryAt === undefined || retryAt - Date.now() < 60_000;
  return soon ? said : `${said} ${say("connection.retry", { time: sayClock(retryAt) })}`;
}

/** A try to reach the server is no news to those told that they are offline: it stands until it succeeds. */
function useSaid(connection: Connection): Connection {
  const said = useSignal<Connection>({ kind: "online" });
  useEffect(() => {
    if (connection.kind === "connecting" && said.value.kind === "offline") return;
    const atOnce = connection.kind === "online" || connection.kind === "offline";
    const timer = setTimeout(
      () => {
        said.value = connection;
      },
      atOnce ? 0 : WORTH_SAYING,
    );
    return () => clearTimeout(timer);
  }, [connection]);
  return said.value;
}
