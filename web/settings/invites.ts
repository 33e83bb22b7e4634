import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { Link } from "lucide";
import { useEffect, useRef } from "preact/hooks";
import type { Invite } from "../../src/protocol/accounts.ts";
import type { SignedIn } from "../conversations/model.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { sayDate, sayExactly } from "../languages/say-time.ts";
import { INVITING } from "../routes.ts";
import { Button } from "../ui/button.ts";
import { Dialog } from "../ui/dialog.ts";
import { Alert } from "../ui/notice.ts";
import { LinkCard } from "./link-card.ts";
import type { Settings } from "./model.ts";
import { NotLoaded } from "./not-loaded.ts";

export function Invites({ settings, me }: { settings: Settings; me: SignedIn }) {
  const creating = settings.busy.value === "creating";
  const failure = settings.failure.value;
  const part = useRef<HTMLElement>(null);
  useEffect(() => {
    settings.loadInvites();
    if (location.search === INVITING) part.current?.querySelector("button")?.focus();
    // Somebody may have used one meanwhile.
    const look = () => {
      if (!document.hidden) settings.loadInvites();
    };
    addEventListener("focus", look);
    document.addEventListener("visibilitychange", look);
    return () => {
      removeEventListener("focus", look);
      document.removeEventListener("visibilitychange", look);
      settings.forgetLink();
    };
  }, []);
  return html`<section ref=${part} class="settings-part" aria-labelledby="invites">
    <h2 id="invites">${say("invites.title")}</h2>
    <p class="settings-quiet">${say("invites.text")}</p>
    ${onThisMachineOnly(location.hostname) && html`<p class="invites-local">${say("invites.local")}</p>`}
    <${Button}
      label=${creating ? say("invites.creating") : say("invites.create")}
      icon=${Link}
      kind="main"
      busy=${creating}
      onPress=${() => settings.create(me.username)}
    />
    ${(failure?.deed === "creating" || failure?.deed === "revoking") && html`<${Alert} text=${sayFailure(failure.code)} />`}
    ${
      settings.link.value !== undefined &&
      html`<${LinkCard} link=${settings.link.value} qr=${say("invites.qr")}>
      <h3>${say("invites.ready")}</h3>
      <p class="settings-quiet">${say("invites.ready_text")}</p>
    <//>`
    }
    <${Made} settings=${settings} />
  </section>`;
}

/** Such an address means another machine on every machine. */
function onThisMachineOnly(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

function Made({ settings }: { settings: Settings }) {
  const invites = settings.invites.value;
  if (settings.invitesFailed.value !== undefined)
    return html`<${NotLoaded} what=${say("invites.failed")} onAgain=${settings.loadInvites} />`;
  if (!invites) return html`<p class="invites-said waiting" role="status">${say("invites.loading")}</p>`;
  if (invites.length === 0) return html`<p class="invites-said">${say("invites.empty")}</p>`;
  return html`<ul class="invites">
    ${invites.map((invite) => html`<${InviteRow} key=${invite.inviteId} invite=${invite} settings=${settings} />`)}
  </ul>`;
}

function InviteRow({ invite, settings }: { invite: Invite; settings: Settings }) {
  const asking = useSignal(false);
  const state = sayState(invite, Date.now());
  const close = () => {
    asking.value = false;
  };
  return html`<li class="invite">
    <span class="invite-words">
      <span title=${sayExactly(invite.createdAt)}>${say("invites.made", { time: sayDate(invite.createdAt) })}</span>
      <span class="settings-quiet">${state ?? say("invites.until", { time: sayDate(invite.expiresAt) })}</span>
    </span>
    ${
      state === undefined &&
      html`<${Button}
      label=${say("invites.take_back")}
      kind="quiet"
      onPress=${() => {
        asking.value = true;
      }}
    />`
    }
    ${
      asking.value &&
      html`<${Dialog} title=${say("invites.take_back_title")} onClose=${close}>
      <p>${say("invites.take_back_text")}</p>
      <div class="dialog-do">
        <${Button} label=${say("do.cancel")} onPress=${close} />
        <${Button}
          label=${say("invites.take_back")}
          kind="danger"
          busy=${settings.busy.value === "revoking"}
          onPress=${async () => {
            await settings.revoke(invite.inviteId);
            close();
          }}
        />
      </div>
    <//>`
    }
  </li>`;
}

/** Why it can no longer be used; nothing while it can. */
function sayState(invite: Invite, now: number): string | undefined {
  if (invite.revoked) return say("invites.taken_back");
  if (invite.usesLeft === 0) return say("invites.used");
  return invite.expiresAt <= now ? say("invites.expired") : undefined;
}
