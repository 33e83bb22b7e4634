import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import type { ServerSettings, SettingName } from "../../src/protocol/settings.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { Button } from "../ui/button.ts";
import { Field } from "../ui/field.ts";
import type { ServerChoices } from "./server-model.ts";

interface Props<Name extends SettingName> {
  model: ServerChoices;
  name: Name;
  label: string;
  hint: string;
  /** Said where nothing can be read from what was written. */
  wrong: string;
  /** What is kept, as it is written. */
  shown: string;
  read: (text: string) => ServerSettings[Name] | undefined;
  latin?: boolean;
}

/** One thing that is written and kept by itself. */
export function WrittenSetting<Name extends SettingName>(props: Props<Name>) {
  const { model, name, label, hint, shown, latin } = props;
  const written = useSignal(shown);
  const wrong = useSignal(false);
  useEffect(() => {
    written.value = shown;
  }, [shown]);
  const keep = (event: Event) => {
    event.preventDefault();
    const value = props.read(written.value);
    wrong.value = value === undefined;
    if (value !== undefined) model.choose(name, value);
  };
  const failure = model.failure.value?.name === name ? sayFailure(model.failure.value.code) : undefined;
  const changed = written.value !== shown;
  return html`<form class="written-setting" onSubmit=${keep}>
    <${Field}
      name=${name}
      label=${label}
      value=${written}
      autocomplete="off"
      hint=${hint}
      error=${changed && wrong.value ? props.wrong : failure}
      latin=${latin}
    />
    ${changed && html`<${Button} label=${say("do.keep")} kind="main" submits busy=${model.busy.value === name} />`}
    <p class="settings-quiet" role="status">${!changed && model.done.value === name && say("server.kept")}</p>
  </form>`;
}
