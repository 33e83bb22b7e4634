import { html } from "htm/preact";
import {
  chooseLanguage,
  LANGUAGES,
  type LanguageChoice,
  languageChoice,
  say,
} from "../languages/language.ts";
import { chooseTheme, THEMES, theme } from "./theme.ts";

export const LANGUAGE_CHOICES: readonly LanguageChoice[] = ["system", "en", "fa"];

export function sayLanguage(choice: LanguageChoice): string {
  return choice === "system" ? say("settings.language_system") : LANGUAGES[choice].name;
}

/** Language and theme for those who are not signed in yet. */
export function LookChoices() {
  return html`<footer class="looks">
    <${Choice}
      name="language"
      label=${say("settings.language")}
      options=${LANGUAGE_CHOICES.map((choice) => ({ value: choice, label: sayLanguage(choice) }))}
      chosen=${languageChoice.value}
      onChoose=${chooseLanguage}
    />
    <${Choice}
      name="theme"
      label=${say("settings.theme")}
      options=${THEMES.map((option) => ({ value: option, label: say(`settings.theme_${option}`) }))}
      chosen=${theme.value}
      onChoose=${chooseTheme}
    />
  </footer>`;
}

interface ChoiceProps {
  name: string;
  label: string;
  options: readonly { value: string; label: string }[];
  chosen: string;
  onChoose: (value: string) => void;
}

function Choice({ name, label, options, chosen, onChoose }: ChoiceProps) {
  return html`<label class="look">
    <span class="look-label">${label}</span>
    <select
      name=${name}
      value=${chosen}
      onChange=${(event: Event) => {
        if (event.currentTarget instanceof HTMLSelectElement) onChoose(event.currentTarget.value);
      }}
    >
      ${options.map(({ value, label }) => html`<option key=${value} value=${value}>${label}</option>`)}
    </select>
  </label>`;
}
