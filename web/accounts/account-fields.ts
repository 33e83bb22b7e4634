import { html } from "htm/preact";
import { useEffect, useRef } from "preact/hooks";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { Button } from "../ui/button.ts";
import { Field } from "../ui/field.ts";
import { Alert } from "../ui/notice.ts";
import type { AccountForm, AccountInput } from "./account-form.ts";

/** The element that says what is wrong with the form as a whole. */
const WHOLE = "form-wrong";

interface Props {
  form: AccountForm;
  submit: string;
  working: string;
  /** A new name and password, with their rules said beforehand. */
  creating: boolean;
  asksInvite?: boolean;
}

export function AccountFields({ form, submit, working, creating, asksInvite }: Props) {
  const whole = form.failure.value;
  const fields = useRef<HTMLFormElement>(null);
  const bothWrong = whole?.code === "session.wrong_credentials" ? WHOLE : undefined;
  useEffect(() => {
    const refused = whole?.field ?? (bothWrong && "password");
    if (refused) fields.current?.querySelector<HTMLInputElement>(`#${refused}`)?.focus();
  }, [whole]);
  return html`<form
    ref=${fields}
    class="door-form"
    novalidate
    onSubmit=${(event: Event) => {
      event.preventDefault();
      form.submit();
    }}
  >
    ${whole && whole.field === undefined && html`<${Alert} id=${WHOLE} text=${sayFailure(whole.code)} />`}
    ${
      asksInvite &&
      html`<${Field}
      name="invite"
      label=${say("field.invite")}
      value=${form.invite}
      autocomplete="off"
      latin
      focused
      error=${fieldError(form, "invite")}
    />`
    }
    <${Field}
      name="username"
      label=${say("field.username")}
      value=${form.username}
      autocomplete="username"
      latin
      focused=${!asksInvite}
      hint=${creating ? say("field.username_hint") : undefined}
      error=${fieldError(form, "username")}
      wrongBy=${bothWrong}
    />
    <${Field}
      name="password"
      label=${say("field.password")}
      kind="password"
      latin
      value=${form.password}
      autocomplete=${creating ? "new-password" : "current-password"}
      hint=${creating ? say("field.password_hint") : undefined}
      error=${fieldError(form, "password")}
      wrongBy=${bothWrong}
    />
    <${Button} label=${form.busy.value ? working : submit} kind="main" wide submits busy=${form.busy.value} />
  </form>`;
}

function fieldError(form: AccountForm, field: keyof AccountInput): string | undefined {
  if (form.missing.value.includes(field)) return say(`field.${field}_missing`);
  const failure = form.failure.value;
  return failure?.field === field ? sayFailure(failure.code) : undefined;
}
