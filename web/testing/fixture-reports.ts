import {
  type AccountId,
  type ConversationId,
  type MessageId,
  newId,
  type ReportId,
} from "../../src/protocol/ids.ts";
import type { ProvenMessage, ReportCard, ReportReason } from "../../src/protocol/reports.ts";

const HOUR = 60 * 60_000;

/** Reports as a server answers them, and what is decided about them while a page is open. */
export function openFixtureReports(answeredAt: number) {
  const who = (username: string | null) => ({ accountId: newId<AccountId>(), username });
  const card = (
    reporter: string,
    reported: string | null,
    reason: ReportReason,
    age: number,
  ): ReportCard => ({
    reportId: newId<ReportId>(),
    reporter: who(reporter),
    reported: who(reported),
    reason,
    comment: "",
    messages: 0,
    createdAt: answeredAt - age * HOUR,
    state: "open",
    note: "",
    decidedBy: null,
    decidedAt: null,
  });
  let cards: ReportCard[] = [
    {
      ...card("leyla", "tomas", "threats", 2),
      comment: "It began after I left the reading group.\nSince Monday every night.",
      messages: 3,
    },
    card("farhad", null, "spam", 30),
  ];
  const said = (kind: ProvenMessage["kind"], text: string, age: number): ProvenMessage => ({
    messageId: newId<MessageId>(),
    conversationId: newId<ConversationId>(),
    sentAt: answeredAt - age * HOUR,
    kind,
    text,
    options: [],
    files: [],
  });
  const evidence: ProvenMessage[] = [
    said("text", "I know where you live.", 9),
    said("edit", "فردا می‌بینی چه می‌شود", 8),
    { ...said("text", "", 7), files: [{ name: "your-house.jpg", type: "image/jpeg", size: 482_000 }] },
  ];
  function decide(id: string, decided: Pick<ReportCard, "state" | "note">): void {
    const by = { decidedBy: who("amina"), decidedAt: answeredAt };
    cards = cards.map((one) => (one.reportId === id ? { ...one, ...decided, ...by } : one));
  }

  return {
    answer(path: string, body: unknown, query: URLSearchParams): object {
      const [, , , id = "", deed] = path.split("/");
      if (id === "")
        return { reports: cards.filter(({ state }) => state === query.get("state")), next: null };
      if (deed !== undefined) decide(id, body as Pick<ReportCard, "state" | "note">);
      const report = cards.find(({ reportId }) => reportId === id);
      return { report, evidence: report?.messages ? evidence : [] };
    },
  };
}
