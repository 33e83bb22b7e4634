import type { ConversationView } from "../delivery/patches.ts";
import { say } from "../languages/language.ts";
import { sayClock, sayMoment } from "../languages/say-time.ts";

/** Of those who show it: that they are there, or when they last showed this device that they were. */
export function sayPresence({ peer, standing }: ConversationView, isPresent: boolean): string | undefined {
  if (standing !== undefined) return undefined;
  if (isPresent) return say("chat.present");
  if (peer?.seenAt === undefined) return undefined;
  const now = Date.now();
  const [day, clock] = [sayMoment(peer.seenAt, now), sayClock(peer.seenAt)];
  return say("chat.seen", { time: day === clock ? clock : `${day}, ${clock}` });
}
