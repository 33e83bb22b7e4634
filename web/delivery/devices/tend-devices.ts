import type { ConversationId } from "../../../src/protocol/ids.ts";
import type { Client } from "../client.ts";
import { finishRecovery } from "./finish-recovery.ts";
import { returnToAll } from "./return-to-all.ts";
import { seatDevices } from "./seat-devices.ts";

export type Seating =
  /** This device comes into the account's conversations. */
  | { readonly whose: "own"; readonly done: number; readonly all: number }
  /** This device adds another one to them. */
  | { readonly whose: "another"; readonly done: number; readonly all: number };

/** All that follows from a change of the account's devices, here; what was done already is found done. */
export async function tendDevices(client: Client, released: (id: ConversationId) => void): Promise<void> {
  const told = (whose: Seating["whose"]) => (progress: { readonly done: number; readonly all: number }) =>
    client.tell({ kind: "seating", seating: { whose, ...progress } });
  await finishRecovery(client);
  await returnToAll(client, told("own"));
  await seatDevices(client, { told: told("another"), released });
}
