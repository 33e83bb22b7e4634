import type { Conversations } from "../conversations/model.ts";
import type { FoundChannel } from "../delivery/channels/commands.ts";
import { readFailure } from "../read-failure.ts";

/** A channel where nobody has this name; throws what the search for a person ended with when there is none either. */
export async function lookForChannel(
  { doChannel }: Pick<Conversations, "doChannel">,
  handle: string,
  failure: unknown,
): Promise<FoundChannel> {
  if (readFailure(failure) !== "account.not_found") throw failure;
  try {
    return await doChannel({ kind: "find_channel", handle });
  } catch (error) {
    throw readFailure(error) === "channel.not_found" ? failure : error;
  }
}
