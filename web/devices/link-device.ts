import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import type { Conversations } from "../conversations/model.ts";
import type { WaitingDevice } from "../delivery/devices/link-another.ts";
import { say, sayNumber } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { sayClock, sayExactly } from "../languages/say-time.ts";
import { readFailure } from "../read-failure.ts";
import { Button } from "../ui/button.ts";
import { Field } from "../ui/field.ts";
import { Alert } from "../ui/notice.ts";

interface Props {
  conversations: Conversations;
  code: string | undefined;
  onLinked: () => void;
}

type Step =
  | { readonly kind: "typing" | "looking" | "denied" }
  | { readonly kind: "found" | "linking" | "linked"; readonly waiting: WaitingDevice };

/** From the code that a new device shows to handing it the keys: who shows it is seen before. */
export function LinkDevice({ conversations, code, onLinked }: Props) {
  const typed = useSignal(code ?? "");
  const step = useSignal<Step>({ kind: "typing" });
  const failure = useSignal<string | undefined>(undefined);
  const attempt = async (meanwhile: Step, otherwise: Step, work: () => Promise<Step>) => {
    failure.value = undefined;
    step.value = meanwhile;
    try {
      step.value = await work();
    } catch (error) {
      step.value = otherwise;
      failure.value = sayFailure(readFailure(error));
    }
  };
  const look = () =>
    attempt({ kind: "looking" }, { kind: "typing" }, async () => {
      const waiting = await conversations.doDevice({ kind: "look_at_code", code: typed.value });
      return { kind: "found", waiting };
    });
  const link = (waiting: WaitingDevice) =>
    attempt({ kind: "linking", waiting }, { kind: "found", waiting }, async () => {
      await conversations.doDevice({ kind: "link_another", code: typed.value });
      typed.value = "";
      onLinked();
      return { kind: "linked", waiting };
    });
  const deny = () => {
    typed.value = "";
    failure.value = undefined;
    step.value = { kind: "denied" };
  };
  useEffect(() => {
    if (code) void look();
  }, []);
  const now = step.value;
  return html`<section class="settings-part">
    <h2>${say("link.title")}</h2>
    ${
      now.kind === "found" || now.kind === "linking"
        ? html`<${Found} waiting=${now.waiting} busy=${now.kind === "linking"} onLink=${() => link(now.waiting)} onDeny=${deny} />`
        : html`<${CodeForm} typed=${typed} busy=${now.kind === "looking"} onLook=${look} />`
    }
    ${failure.value !== undefined && html`<${Alert} text=${failure.value} />`}
    <div role="status">
      ${now.kind === "denied" && html`<p>${say("link.denied")}</p>`}
      ${now.kind === "linked" && html`<p>${say("link.done", { name: now.waiting.name })}</p>`}
      ${now.kind === "linked" && html`<${Progress} conversations=${conversations} />`}
    </div>
  </section>`;
}

function CodeForm(props: { typed: { value: string }; busy: boolean; onLook: () => void }) {
  const { typed, busy, onLook } = props;
  return html`<p class="settings-quiet">${say("link.text")}</p>
    <form
      class="words-form"
      novalidate
      onSubmit=${(event: Event) => {
        event.preventDefault();
        if (!busy && typed.value.trim() !== "") onLook();
      }}
    >
      <${Field} name="device-code" label=${say("link.code")} value=${typed} autocomplete="off" latin most=${100} />
      <div><${Button} label=${say(busy ? "link.looking" : "link.look")} kind="main" submits busy=${busy} /></div>
    </form>`;
}

function Found(props: { waiting: WaitingDevice; busy: boolean; onLink: () => void; onDeny: () => void }) {
  const { waiting, busy, onLink, onDeny } = props;
  return html`<div class="device-found">
    <h3>${say("link.waiting", { name: waiting.name })}</h3>
    <p>${say("link.from", { address: waiting.from })}</p>
    <p title=${sayExactly(waiting.createdAt)}>${say("link.at", { time: sayClock(waiting.createdAt) })}</p>
    <p class="settings-quiet">${say("link.ask")}</p>
    <div class="dialog-do">
      <${Button} label=${say("link.not_mine")} onPress=${onDeny} />
      <${Button} label=${say(busy ? "link.linking" : "link.do")} kind="main" busy=${busy} onPress=${onLink} />
    </div>
  </div>`;
}

function Progress({ conversations }: { conversations: Conversations }) {
  const seating = conversations.seating.value;
  if (seating?.whose !== "another") return null;
  const { done, all } = seating;
  if (done === all) return html`<p>${say("seating.another_done")}</p>`;
  return html`<p>${say("seating.another", { done: sayNumber(done), all: sayNumber(all) })}</p>
    <progress max=${all} value=${done} aria-label=${say("link.linking")}></progress>`;
}
