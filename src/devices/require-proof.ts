import { challengeOf } from "../accounts/describe-me.ts";
import type { App, SessionFacts } from "../app.ts";
import { attachDeviceBytes } from "../protocol/credential.ts";
import type { DeviceId } from "../protocol/ids.ts";
import { verifyEd25519 } from "../protocol/signing.ts";
import { Refusal } from "../refusal.ts";

/** Refuses unless whoever holds the device's key has signed this very session's challenge. */
export async function requireProof(
  app: App,
  session: SessionFacts,
  of: { deviceId: DeviceId; signaturePublicKey: Uint8Array<ArrayBuffer>; proof: Uint8Array<ArrayBuffer> },
): Promise<void> {
  const signed = attachDeviceBytes({
    origin: app.config.publicOrigin,
    accountId: session.accountId,
    deviceId: of.deviceId,
    challenge: await challengeOf(app, session.sessionId),
  });
  if (!(await verifyEd25519(of.signaturePublicKey, of.proof, signed)))
    throw new Refusal("device.proof_invalid");
}
