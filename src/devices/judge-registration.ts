import type * as v from "valibot";
import type { App, SessionFacts } from "../app.ts";
import { loadMls } from "../mls/load-mls.ts";
import { isCurrent, verifyCredential } from "../protocol/credential.ts";
import type { registerDevice } from "../protocol/devices.ts";
import { equalBytes } from "../protocol/signing.ts";
import { Refusal } from "../refusal.ts";
import { type JudgedKeyPackage, judgeKeyPackages } from "./judge-key-packages.ts";
import { judgeLogEntry, type VerifiedEntry } from "./judge-log-entry.ts";
import { requireProof } from "./require-proof.ts";

export type Registration = v.InferOutput<typeof registerDevice.input>;

export interface JudgedRegistration {
  readonly rootPublicKey: Uint8Array<ArrayBuffer>;
  readonly signaturePublicKey: Uint8Array<ArrayBuffer>;
  readonly keyPackages: readonly JudgedKeyPackage[];
  readonly retires: readonly VerifiedEntry[];
  readonly logEntry: VerifiedEntry;
}

/** Everything that can be said of a new device without asking the database for its account. */
export async function judgeRegistration(
  app: App,
  session: SessionFacts,
  input: Registration,
): Promise<JudgedRegistration> {
  const { deviceId, proof } = input;
  const rules = { origin: app.config.publicOrigin, now: app.clock.now() };
  const { readKeyPackage } = await loadMls();
  const { signaturePublicKey } = await readKeyPackage(input.lastResort, rules);
  const rootPublicKey = await judgeCredential(app, session, input, signaturePublicKey);
  await requireProof(app, session, { deviceId, signaturePublicKey, proof });
  const owner = { accountId: session.accountId, deviceId, signaturePublicKey, credential: input.credential };
  return {
    rootPublicKey,
    signaturePublicKey,
    keyPackages: await judgeKeyPackages(app, owner, input),
    retires: await Promise.all(
      input.retires.map((encoded) => judgeLogEntry(app, { ...owner, rootPublicKey }, encoded, "removed")),
    ),
    logEntry: await judgeAdded(app, { ...owner, rootPublicKey }, input.logEntry),
  };
}

async function judgeCredential(
  app: App,
  { accountId }: SessionFacts,
  { credential, deviceId }: Registration,
  signaturePublicKey: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const verified = await verifyCredential(credential, signaturePublicKey, app.config.publicOrigin);
  const isOwn = verified?.accountId === accountId && verified.deviceId === deviceId;
  if (verified === undefined || !isOwn || !isCurrent(verified, app.clock.now()))
    throw new Refusal("device.certificate_invalid");
  return verified.rootPublicKey;
}

async function judgeAdded(
  app: App,
  of: Pick<Registration, "deviceId"> &
    Pick<SessionFacts, "accountId"> & {
      signaturePublicKey: Uint8Array;
      rootPublicKey: Uint8Array<ArrayBuffer>;
    },
  encoded: Uint8Array<ArrayBuffer>,
): Promise<VerifiedEntry> {
  const judged = await judgeLogEntry(app, of, encoded, "added");
  const { deviceId, names } = judged.entry;
  if (deviceId !== of.deviceId || !equalBytes(names, of.signaturePublicKey))
    throw new Refusal("device.certificate_invalid");
  return judged;
}
