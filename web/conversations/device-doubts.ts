import { html } from "htm/preact";
import type { ConversationView } from "../delivery/patches.ts";
import { say } from "../languages/language.ts";
import { Alert } from "../ui/notice.ts";
import { nameOfMember } from "./name-of.ts";

export interface DoubtsProps {
  conversation: Pick<ConversationView, "deviceDoubts" | "group">;
  name: string;
}

const WORDS = {
  differs: { theirs: "devices.differs", mine: "devices.differs_own" },
  unlisted: { theirs: "devices.unlisted", mine: "devices.unlisted_own" },
} as const;

/** Over the composer, for as long as the conversation is here. */
export function DeviceDoubts({ conversation, name }: DoubtsProps) {
  const { deviceDoubts = [], group } = conversation;
  return html`${deviceDoubts.map(({ accountId, why, mine }) => {
    const theirs = { name: group ? nameOfMember({ group }, accountId) : name };
    const text = mine ? say(WORDS[why].mine) : say(WORDS[why].theirs, theirs);
    return html`<${Alert} key=${accountId} text=${text} />`;
  })}`;
}
