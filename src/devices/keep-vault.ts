import { eq } from "drizzle-orm";
import type { Answering } from "../answer.ts";
import { vaults } from "../db/tables.ts";
import { take } from "../limits/take.ts";
import { equalBytes } from "../protocol/signing.ts";
import { hashVault, type putVault, type showVault, verifyRecoveryKey } from "../protocol/vault.ts";
import { Refusal } from "../refusal.ts";
import { appendDeviceLog } from "./append-device-log.ts";
import { judgeLogEntry } from "./judge-log-entry.ts";
import { readRoot } from "./read-root.ts";

export const answerPutVault: Answering<typeof putVault> = async ({ vault, logEntry }, request) => {
  const { app, session } = request;
  const { accountId } = session;
  take(request, "vault_change", accountId);
  const rootPublicKey = await readRoot(app.db.read, accountId);
  const judged = await judgeLogEntry(app, { accountId, rootPublicKey }, logEntry, "vault");
  const isVouched = await verifyRecoveryKey({
    ...vault,
    origin: app.config.publicOrigin,
    accountId,
    rootPublicKey,
  });
  const isNamed = equalBytes(judged.entry.names, await hashVault(vault));
  if (!isVouched || !isNamed || judged.entry.deviceId !== session.deviceId)
    throw new Refusal("vault.invalid");
  const row = { ...vault, updatedAt: app.clock.now() };
  await app.db.write(async (tx) => {
    await appendDeviceLog(tx, accountId, judged);
    await tx
      .insert(vaults)
      .values({ accountId, ...row })
      .onConflictDoUpdate({ target: vaults.accountId, set: row });
  });
  return {};
};

export const answerShowVault: Answering<typeof showVault> = async (_input, { app, session }) => {
  const [vault] = await app.db.read
    .select({
      recoveryPublicKey: vaults.recoveryPublicKey,
      rootSignature: vaults.rootSignature,
      sealed: vaults.sealed,
    })
    .from(vaults)
    .where(eq(vaults.accountId, session.accountId));
  return { vault: vault ?? null };
};
