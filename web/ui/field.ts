import type { Signal } from "@preact/signals";
import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { Eye, EyeOff } from "lucide";
import { useEffect, useRef } from "preact/hooks";
import { say } from "../languages/language.ts";
import { IconButton } from "./button.ts";

interface FieldProps {
  name: string;
  label: string;
  value: Signal<string>;
  kind?: "text" | "password";
  autocomplete: string;
  hint?: string;
  error?: string | undefined;
  /** The element that says what is wrong with this field among others. */
  wrongBy?: string | undefined;
  /** Names and passwords are written left to right in every language. */
  latin?: boolean;
  focused?: boolean;
  /** Characters. */
  most?: number;
}

export function Field(props: FieldProps) {
  const { name, label, value, hint, error, wrongBy } = props;
  const notes = [wrongBy, error || hint ? `${name}-note` : undefined].filter((note) => note !== undefined);
  const shown = useSignal(false);
  const box = useRef<HTMLInputElement>(null);
  const password = props.kind === "password";
  useEffect(() => {
    if (props.focused) box.current?.focus();
  }, [props.focused]);
  return html`<div class=${error || wrongBy ? "field field-wrong" : "field"}>
    <label class="field-label" for=${name}>${label}</label>
    <div class="field-box">
      <input
        ref=${box}
        id=${name}
        name=${name}
        data-first-focus=${props.focused}
        type=${password && !shown.value ? "password" : "text"}
        autocomplete=${props.autocomplete}
        autocapitalize="none"
        spellcheck=${false}
        maxlength=${props.most}
        dir=${props.latin ? "ltr" : "auto"}
        value=${value.value}
        aria-invalid=${error || wrongBy ? "true" : undefined}
        aria-describedby=${notes.length > 0 ? notes.join(" ") : undefined}
        onInput=${(event: InputEvent) => take(event, value)}
      />
      ${password && html`<${Reveal} shown=${shown} />`}
    </div>
    ${
      (error || hint) &&
      html`<p class=${error ? "field-error" : "field-hint"} id=${`${name}-note`} role=${error ? "alert" : undefined}>
      ${error || hint}
    </p>`
    }
  </div>`;
}

function Reveal({ shown }: { shown: Signal<boolean> }) {
  return html`<${IconButton}
    icon=${shown.value ? EyeOff : Eye}
    label=${shown.value ? say("field.password_hide") : say("field.password_show")}
    onPress=${() => {
      shown.value = !shown.value;
    }}
  />`;
}

function take(event: InputEvent, value: Signal<string>): void {
  if (event.currentTarget instanceof HTMLInputElement) value.value = event.currentTarget.value;
}
