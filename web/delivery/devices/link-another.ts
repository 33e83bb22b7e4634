import { answerDeviceLink, showDeviceLink } from "../../../src/protocol/device-links.ts";
import { linkIdFrom, readCode, sealToDevice } from "../../crypto/device-link.ts";
import { CryptoFailure } from "../../crypto/failure.ts";
import type { Client } from "../client.ts";
import { Failed } from "../failures.ts";
import { settleIdentity } from "./own-identity.ts";

/** Who shows the code, for the person to say whether that is them. */
export interface WaitingDevice {
  readonly name: string;
  /** The address that it asked from. */
  readonly from: string;
  readonly createdAt: number;
}

export async function lookAtCode(client: Client, code: string): Promise<WaitingDevice> {
  const secret = await secretOf(code);
  const { name, from, createdAt } = await client.call(showDeviceLink, { linkId: await linkIdFrom(secret) });
  return { name, from, createdAt };
}

/** Hands the account's keys to whoever shows the code: afterwards it is a device of this account. */
export async function linkAnother(client: Client, code: string): Promise<void> {
  const secret = await secretOf(code);
  const linkId = await linkIdFrom(secret);
  const { publicKey } = await client.call(showDeviceLink, { linkId });
  const sealed = await sealToDevice(await settleIdentity(client), { secret, publicKey });
  await client.call(answerDeviceLink, { linkId, sealed });
}

async function secretOf(code: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await readCode(code);
  } catch (cause) {
    if (cause instanceof CryptoFailure) throw new Failed("code_mistyped");
    throw cause;
  }
}
