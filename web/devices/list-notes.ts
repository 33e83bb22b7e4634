import { signal } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import type { Conversations } from "../conversations/model.ts";
import { learnWords, say, sayNumber } from "../languages/language.ts";
import { navigate, page, RECOVERY, SETTINGS } from "../routes.ts";
import { readPreference, writePreference } from "../settings/preferences.ts";
import { Button } from "../ui/button.ts";

export interface ListNotesProps {
  conversations: Conversations;
}

/** What a reminder that was put aside waits before it comes again. */
const WEEK = 7 * 86_400_000;

/** Over the list: how far this device has come, and what losing it would cost. */
export async function openListNotes() {
  await learnWords("devices");
  return ListNotes;
}

/** Undefined until it was looked up; once they are saved they stay so. */
const unsaved = signal<boolean | undefined>(undefined);

function ListNotes({ conversations }: ListNotesProps) {
  const seating = conversations.seating.value;
  const any = conversations.listed.value.length > 0;
  const now = page.value;
  useEffect(() => {
    if (any && unsaved.value !== false) void look(conversations);
  }, [any, now]);
  if (seating?.whose === "own" && seating.done < seating.all) {
    const { done, all } = seating;
    return html`<p class="list-note" role="status">${say("seating.own", { done: sayNumber(done), all: sayNumber(all) })}</p>`;
  }
  if (!any || !unsaved.value) return null;
  return html`<div class="list-note" role="note">
    <p>${say("remind.save")}</p>
    <div class="list-note-do">
      <${Button} label=${say("remind.later")} kind="quiet" onPress=${putAside} />
      <${Button} label=${say("remind.open")} onPress=${() => navigate(SETTINGS + RECOVERY)} />
    </div>
  </div>`;
}

async function look(conversations: Conversations): Promise<void> {
  const aside = Number(readPreference("reminded") ?? 0);
  if (Date.now() - aside < WEEK) return;
  try {
    const { hasWords, confirmedAt } = await conversations.doDevice({ kind: "read_recovery" });
    unsaved.value = hasWords && confirmedAt === undefined;
  } catch {
    // Looked up again with the next page.
  }
}

function putAside(): void {
  writePreference("reminded", `${Date.now()}`);
  unsaved.value = false;
}
