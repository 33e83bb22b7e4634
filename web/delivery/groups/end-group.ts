import type { ConversationId } from "../../../src/protocol/ids.ts";
import type { Client } from "../client.ts";
import { changeGroup } from "./change-group.ts";
import { leaveGroup } from "./leave-group.ts";

/** By its owner: everybody else is taken out; then nobody is left to keep it for. */
export async function endGroup(client: Client, id: ConversationId): Promise<void> {
  await changeGroup(client, id, { kind: "end" });
  await leaveGroup(client, id, "ended");
}
