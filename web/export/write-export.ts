import type { AccountId, ConversationId, MessageId } from "../../src/protocol/ids.ts";
import type { History } from "../delivery/commands.ts";
import type { AttachmentView, ConversationView, MessageView } from "../delivery/patches.ts";
import { asDate, writeTime } from "../languages/say-time.ts";
import { drawPage } from "./draw-page.ts";
import { namesIn } from "./names-in.ts";
import { safeName, uniqueNames } from "./safe-name.ts";

/** Where everything that is exported comes from. */
export interface ExportSource {
  readonly readHistory: (id: ConversationId, after: number) => Promise<History>;
  /** Undefined where no files are wanted. */
  readonly fetchFile: ((messageId: MessageId, file: AttachmentView) => Promise<Blob>) | undefined;
  readonly nameOf: (conversation: ConversationView) => string;
  readonly nameOfSender: (conversation: ConversationView, message: MessageView) => string;
  readonly me: { readonly accountId: AccountId; readonly username: string };
  readonly now: number;
}

export interface Progress {
  messages: number;
  files: number;
  /** Could not be fetched: gone from the server, or not to be reached. */
  missing: number;
}

export interface Entry {
  readonly name: string;
  readonly lastModified: Date;
  readonly input: string | Blob;
}

/** A file of a message as it lies in the export. */
export interface Kept {
  readonly name: string;
  readonly type: string;
  readonly size: number;
  /** Beside the page; absent if it could not be fetched, or was not wanted. */
  readonly path?: string;
}

export interface Exported {
  readonly message: MessageView;
  readonly sender: string;
  readonly files: readonly Kept[];
}

const STYLE = `
:root { color-scheme: light dark; }
body { max-inline-size: 44rem; margin-inline: auto; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; }
ol { list-style: none; padding: 0; }
li { padding-block: .5rem; border-block-start: 1px solid color-mix(in srgb, currentColor 15%, transparent); }
p { margin-block: .25rem; }
time, .quiet { opacity: .7; font-size: .875rem; }
.said { white-space: pre-wrap; overflow-wrap: anywhere; }
blockquote { margin: 0; padding-inline-start: .75rem; border-inline-start: 3px solid; }
img, video { max-inline-size: 100%; max-block-size: 30rem; }
`;

/** Each conversation in a folder of its own: a page to read, the same as data, and its files. */
export async function* writeExport(
  source: ExportSource,
  conversations: readonly ConversationView[],
  progress: Progress,
  told: () => void,
): AsyncGenerator<Entry> {
  const unique = uniqueNames();
  const lastModified = new Date(source.now);
  yield { name: "style.css", lastModified, input: STYLE };
  for (const conversation of conversations) {
    const folder = unique(safeName(source.nameOf(conversation), "conversation"));
    const exported: Exported[] = [];
    const uniqueFile = uniqueNames();
    for await (const message of allMessages(source, conversation.id)) {
      const files: Kept[] = [];
      for (const file of filesOf(message)) {
        const { name, type, size } = file;
        const blob = await fetched(source, message, file, progress);
        const path = blob && `files/${uniqueFile(safeName(name, "file"))}`;
        if (blob) yield { name: `${folder}/${path}`, lastModified: asDate(message.sentAt), input: blob };
        files.push({ name, type, size, ...(path === undefined ? {} : { path }) });
        told();
      }
      exported.push({ message, sender: source.nameOfSender(conversation, message), files });
      progress.messages += 1;
      told();
    }
    const page = drawPage(source, conversation, exported);
    yield { name: `${folder}/index.html`, lastModified, input: page };
    yield { name: `${folder}/messages.json`, lastModified, input: writeData(source, conversation, exported) };
  }
}

async function* allMessages(source: ExportSource, id: ConversationId): AsyncGenerator<MessageView> {
  for (let after: number | undefined = 0; after !== undefined; ) {
    const page: History = await source.readHistory(id, after);
    yield* page.messages;
    after = page.upTo;
  }
}

function filesOf({ body }: MessageView): readonly AttachmentView[] {
  return body.kind === "text" ? (body.attachments ?? []) : [];
}

async function fetched(
  { fetchFile }: ExportSource,
  { id }: MessageView,
  file: AttachmentView,
  progress: Progress,
): Promise<Blob | undefined> {
  if (!fetchFile) return undefined;
  try {
    const blob = await fetchFile(id, file);
    progress.files += 1;
    return blob;
  } catch {
    progress.missing += 1;
    return undefined;
  }
}

/** For programs: times in ISO 8601 (UTC), accounts by id and by name. */
function writeData(
  source: ExportSource,
  conversation: ConversationView,
  exported: readonly Exported[],
): string {
  const { id, kind, peer, group, channel } = conversation;
  const nameOf = namesIn(source, conversation);
  const people = group
    ? group.people.map(({ accountId, username, rank }) => ({ accountId, username, rank: rank ?? null }))
    : [source.me, ...(peer ? [{ accountId: peer.accountId, username: peer.username }] : [])];
  const data = {
    format: "elahe-export-1",
    exportedAt: new Date(source.now).toISOString(),
    conversation: {
      id,
      kind,
      name: source.nameOf(conversation),
      ...(channel ? { handle: channel.handle } : {}),
      ...(group ? { description: group.description } : {}),
      people,
    },
    messages: exported.map((one) => dataOf(one, nameOf)),
  };
  return `${JSON.stringify(data, null, 2)}\n`;
}

function dataOf({ message, sender, files }: Exported, nameOf: (account: AccountId) => string) {
  const { id, sequence, body, earlier, reactions, votes, closed } = message;
  return {
    id,
    sequence,
    sender: { accountId: message.sender, name: sender },
    sentAt: writeTime(message.sentAt),
    kind: body.kind,
    ...(body.kind === "text" ? { text: body.text } : {}),
    ...(body.kind === "text" && body.replyTo ? { replyTo: body.replyTo } : {}),
    ...(body.kind === "text" && body.forwarded ? { forwarded: true } : {}),
    ...(body.kind === "change" ? { changes: body.changes } : {}),
    ...(body.kind === "gap" ? { count: body.count } : {}),
    ...(earlier ? { earlier: earlier.map(({ text, until }) => ({ text, until: writeTime(until) })) } : {}),
    ...(body.kind === "text" && body.poll
      ? { poll: { ...body.poll, votes: votes ?? [], closed: closed !== undefined } }
      : {}),
    ...(reactions ? { reactions: reactions.map((one) => ({ ...one, name: nameOf(one.accountId) })) } : {}),
    ...(files.length > 0 ? { files } : {}),
  };
}
