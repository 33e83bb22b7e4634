import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { ShieldAlert } from "lucide";
import { useEffect } from "preact/hooks";
import type { ConversationView } from "../delivery/patches.ts";
import { say } from "../languages/language.ts";
import type { Evidence } from "../storage/records.ts";
import { Button } from "../ui/button.ts";
import { Icon } from "../ui/icon.ts";
import { AskIdentity } from "./ask-identity.ts";
import type { RequestProps } from "./request.ts";
import { Unsent } from "./unsent.ts";

/** In place of the composer, where nothing can be sent. */
export function Stopped(props: RequestProps) {
  const { conversation } = props;
  const { state, identityChanged } = conversation;
  return html`<footer class=${`composer composer-said${state !== "frozen" && identityChanged ? " composer-warned" : ""}`}>
    ${
      state === "frozen"
        ? html`<${Frozen} ...${props} />`
        : identityChanged
          ? html`<${Impostor} ...${props} />`
          : html`<${Silent} conversation=${conversation} />`
    }
    <${Unsent} key=${conversation.id} ...${props} />
  </footer>`;
}

function Frozen({ conversations, conversation: { id, frozenBy = "refused" }, name }: RequestProps) {
  return html`<div role="alert">
      <strong>${sayWhy(frozenBy, name).title}</strong>
      <p>${sayWhy(frozenBy, name).text}</p>
    </div>
    ${frozenBy === "refused" && html`<${SaveEvidence} key=${id} read=${() => conversations.readEvidence(id)} />`}`;
}

/** Others may write here. */
function Silent({ conversation: { group } }: Pick<RequestProps, "conversation">) {
  const level = group?.rights?.write ?? "admins";
  const said = group?.rights?.channel ? "group.silent_channel" : (`group.silent_${level}` as const);
  return html`<p>${say(group?.community ? "community.silent" : said)}</p>`;
}

function Impostor({ conversations, conversation, name }: RequestProps) {
  const asking = useSignal(false);
  return html`<div role="alert">
      <strong><${Icon} of=${ShieldAlert} size=${18} /> ${say("chat.identity_changed", { name })}</strong>
      <p>${say("chat.identity_changed_text", { name })}</p>
    </div>
    <div class="composer-do">
      <${Button}
        label=${say("identity.look")}
        onPress=${() => {
          asking.value = true;
        }}
      />
    </div>
    ${
      asking.value &&
      html`<${AskIdentity}
      conversations=${conversations}
      conversationId=${conversation.id}
      onClose=${() => {
        asking.value = false;
      }}
    />`
    }`;
}

function sayWhy(by: NonNullable<ConversationView["frozenBy"]>, name: string) {
  if (by === "alone") return { title: say("chat.alone", { name }), text: say("chat.alone_text") };
  const { title, text } = WHY[by];
  return { title: say(title), text: say(text) };
}

const WHY = {
  refused: { title: "chat.frozen", text: "chat.frozen_text" },
  unrepaired: { title: "chat.frozen", text: "chat.unrepaired_text" },
  unvouched: { title: "chat.frozen", text: "chat.unvouched_text" },
  removed: { title: "group.out", text: "group.out_text" },
  left: { title: "group.left_by_you", text: "group.out_text" },
  ended: { title: "group.is_ended", text: "chat.expelled_text" },
  expelled: { title: "chat.expelled", text: "chat.expelled_text" },
} as const;

/** Only where a change was kept: without one there is nothing to show to anybody. */
function SaveEvidence({ read }: { read: () => Promise<Evidence | null> }) {
  const evidence = useSignal<Evidence | null>(null);
  useEffect(() => {
    read().then(
      (found) => {
        evidence.value = found;
      },
      () => undefined,
    );
  }, []);
  if (evidence.value === null) return null;
  const found = evidence.value;
  return html`<p>${say("chat.evidence_text")}</p>
    <div class="composer-do"><${Button} label=${say("chat.evidence_save")} onPress=${() => save(found)} /></div>`;
}

function save(evidence: Evidence): void {
  const link = document.createElement("a");
  const file = new Blob([writeEvidence(evidence)], { type: "application/json" });
  link.href = URL.createObjectURL(file);
  link.download = `elahe-evidence-${evidence.commitId}.json`;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** As JSON, bytes in base64url: an MLSMessage each, of RFC 9420. */
export function writeEvidence(evidence: Evidence): string {
  const shown = { ...evidence, commit: base64url(evidence.commit), groupInfo: base64url(evidence.groupInfo) };
  return JSON.stringify(shown, null, 2);
}

function base64url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}
