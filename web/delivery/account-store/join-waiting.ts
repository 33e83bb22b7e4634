import type { Client } from "../client.ts";
import { Failed, Refused } from "../failures.ts";
import { agreedOf } from "./note-change.ts";

const ALL = { from: "channels/", to: "channels/\uffff", limit: 500 };

/** Public channels that were joined on another device. What cannot be joined here is left out, and tried another day. */
export async function joinWaiting(client: Client): Promise<void> {
  const shared = await client.vault.list("shared", ALL);
  const handles = shared.flatMap(({ value }) =>
    value.waits ? (agreedOf("channels", value).handle ?? []) : [],
  );
  for (const handle of handles) await joinNamed(client, handle);
  if (handles.length > 0) client.channelsChanged();
}

async function joinNamed(client: Client, handle: string): Promise<void> {
  try {
    await (await import("../channels/join-channel.ts")).joinChannel(client, handle);
  } catch (cause) {
    if (cause instanceof Refused && /^(session|device)\./.test(cause.code)) throw cause;
    if (!(cause instanceof Refused || cause instanceof Failed)) throw cause;
  }
}
