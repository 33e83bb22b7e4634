/**
 * Runs before anything is painted: the theme and the direction that were chosen here, so that no page
 * begins in another look and changes. Small and on its own, because the page waits for it.
 */
import { bestLanguage, DIRECTIONS, isLanguage } from "./languages/tongues.ts";
import { readPreference } from "./settings/preferences.ts";

const page = document.documentElement;
const chosen = readPreference("language");
const language = isLanguage(chosen) ? chosen : bestLanguage(navigator.languages);
page.dataset["theme"] = readPreference("theme") ?? "system";
page.lang = language;
page.dir = DIRECTIONS[language];
