import { decodePost, encodePost, isContentOf, verifyComment } from "../../../src/protocol/channel-log.ts";
import { COMMENT_PAGE, putComment, readComments as readRoute } from "../../../src/protocol/channels.ts";
import type { ConversationId, MessageId } from "../../../src/protocol/ids.ts";
import { signComment } from "../../crypto/channel.ts";
import type { Client } from "../client.ts";
import type { Results } from "../commands.ts";
import { Failed } from "../failures.ts";
import { same } from "../inbox/pins.ts";
import { standingOf } from "../people/hear.ts";
import type { CommentView } from "./commands.ts";

interface Where {
  readonly conversationId: ConversationId;
  readonly post: MessageId;
}

/** Each is checked here; what its writer has not signed is shown as that. Whoever is blocked is not heard here either. */
export async function readComments(
  client: Client,
  { conversationId: channelId, post, before }: Where & { readonly before: number },
): Promise<Results["read_comments"]> {
  const { comments } = await client.call(readRoute, { channelId, post, before });
  const shown: CommentView[] = [];
  for (const { place, username, header, content } of comments) {
    const comment = await verifyComment(header, { origin: client.device.origin, channelId });
    if (!comment || comment.post !== post) throw new Failed("server_wrong");
    const { id, author, at } = comment;
    if ((await standingOf(client.vault, author.accountId)) === "blocked") continue;
    const words = (await isContentOf(comment, content)) ? decodePost(content) : undefined;
    const known = await client.vault.read("pins", author.accountId);
    const isThem = !known || (same(known.root, author.rootPublicKey) && known.username === username);
    shown.push({
      id,
      place,
      username,
      sender: author.accountId,
      mine: author.accountId === client.accountId,
      sentAt: at,
      text: isThem ? words : undefined,
    });
  }
  return { comments: shown, next: comments.length < COMMENT_PAGE ? undefined : comments.at(-1)?.place };
}

export async function writeComment(
  client: Client,
  { conversationId: channelId, post }: Where,
  id: MessageId,
  text: string,
): Promise<undefined> {
  const at = client.platform.clock.now();
  const signed = await signComment(client.device, { channelId, id, post, at }, encodePost(text));
  await client.call(putComment, { channelId, ...signed });
}
