import { type Signal, useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect, useMemo } from "preact/hooks";
import { type AccountId, type MessageId, newId, type ReportId } from "../../src/protocol/ids.ts";
import { COMMENT_LIMIT, type ReportReason, reportReason } from "../../src/protocol/reports.ts";
import type { Conversations } from "../conversations/model.ts";
import { nameOfPerson, nameOfSender } from "../conversations/name-of.ts";
import type { ConversationView } from "../delivery/patches.ts";
import type { Reportable } from "../delivery/reports/commands.ts";
import { withoutTurns } from "../languages/isolate.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { sayExactly } from "../languages/say-time.ts";
import { readFailure } from "../read-failure.ts";
import { Button } from "../ui/button.ts";
import { Dialog } from "../ui/dialog.ts";
import { Alert } from "../ui/notice.ts";
import { Segments } from "../ui/segments.ts";
import { Switch } from "../ui/switch.ts";
import { TextArea } from "../ui/text-area.ts";
import { ChooseMessages } from "./choose-messages.ts";
import { BESIDE_QUOTE, type PublicSaying, quotePublic } from "./quote-public.ts";

export interface ReportProps {
  conversations: Conversations;
  conversation: ConversationView;
  accountId: AccountId;
  /** Chosen from the first; without it nothing is. */
  messageId?: MessageId;
  /** Of somebody who is not in the conversation. */
  username?: string;
  /** What it is about in a public channel, where nothing is proven. */
  said?: PublicSaying;
  onClose: () => void;
}

/** What of somebody's messages goes to the moderators of this server, and why. */
export function ReportDialog(props: ReportProps) {
  const { conversations, conversation, accountId, messageId, username, said, onClose } = props;
  const { channel } = conversation;
  const name = username
    ? withoutTurns(nameOfPerson(accountId, username))
    : nameOfSender(conversation, accountId);
  // The same for every try, so that one whose answer was lost is not there twice.
  const reportId = useMemo(() => newId<ReportId>(), []);
  const all = useSignal<readonly Reportable[] | undefined>(undefined);
  const chosen = useSignal<ReadonlySet<MessageId>>(new Set());
  const reason = useSignal<ReportReason>("spam");
  const comment = useSignal("");
  const block = useSignal(false);
  const phase = useSignal<"asking" | "sending" | "sent">("asking");
  const problem = useSignal<string | undefined>(undefined);
  useEffect(() => {
    if (channel) return;
    const wish = { conversationId: conversation.id, accountId, around: messageId };
    conversations.doReport({ kind: "reportable", ...wish }).then(
      (found) => {
        all.value = found;
        chosen.value = new Set(found.flatMap(({ id, provable }) => (id === messageId && provable ? id : [])));
      },
      (error) => {
        all.value = [];
        problem.value = sayFailure(readFailure(error));
      },
    );
  }, []);
  const send = async () => {
    const own = comment.value.trim();
    const words = channel && said ? quotePublic(channel.handle, said, own) : own;
    const messageIds = [...chosen.value];
    problem.value = words === "" && messageIds.length === 0 ? say("report.empty") : undefined;
    if (problem.value !== undefined) return;
    phase.value = "sending";
    const about = { reportId, accountId, messageIds, reason: reason.value, comment: words };
    try {
      await conversations.doReport({ kind: "report", ...about, block: block.value });
      phase.value = "sent";
    } catch (error) {
      problem.value = sayFailure(readFailure(error));
      phase.value = "asking";
    }
  };
  return html`<${Dialog} title=${say("report.title", { name })} onClose=${onClose}>
    ${
      phase.value === "sent"
        ? html`<${Sent} onClose=${onClose} />`
        : html`<${Why} reason=${reason} />
          ${channel ? html`<${Public} said=${said} />` : html`<${ChooseMessages} all=${all.value} chosen=${chosen} name=${name} />`}
          <${TextArea} label=${say("report.comment")} value=${comment} most=${said ? BESIDE_QUOTE : COMMENT_LIMIT} />
          ${
            conversation.standing !== "blocked" &&
            html`<${Switch}
              on=${block.value}
              label=${say("report.block", { name })}
              onChange=${(on: boolean) => {
                block.value = on;
              }}
            />`
          }
          <p class="report-discloses">${say(chosen.value.size > 0 ? "report.discloses" : "report.discloses_words", { name })}</p>
          ${problem.value !== undefined && html`<${Alert} text=${problem.value} />`}
          <div class="dialog-do">
            <${Button} label=${say("do.cancel")} onPress=${onClose} />
            <${Button}
              label=${say("report.send")}
              kind="danger"
              busy=${phase.value === "sending"}
              onPress=${send}
            />
          </div>`
    }
  <//>`;
}

function Why({ reason }: { reason: Signal<ReportReason> }) {
  return html`<${Segments}
    legend=${say("report.why")}
    name="reason"
    options=${reportReason.options.map((value) => ({ value, label: say(`report.${value}`) }))}
    chosen=${reason.value}
    onChoose=${(value: ReportReason) => {
      reason.value = value;
    }}
  />`;
}

/** What is public is looked at where it stands; the server checks no word of it for a report. */
function Public({ said }: { said: PublicSaying | undefined }) {
  return html`${said && html`<blockquote class="report-quote"><bdi class="report-words" dir="auto">${said.text}</bdi><span class="settings-quiet">${sayExactly(said.sentAt)}</span></blockquote>`}
    <p class="settings-quiet">${say(said ? "report.public" : "report.public_none")}</p>`;
}

function Sent({ onClose }: { onClose: () => void }) {
  return html`<p role="status">${say("report.sent")}</p>
    <div class="dialog-do"><${Button} label=${say("do.close")} kind="main" onPress=${onClose} /></div>`;
}
