import { lt } from "drizzle-orm";
import type { Answering } from "../answer.ts";
import { profiles } from "../db/tables.ts";
import { take } from "../limits/take.ts";
import type { putProfile } from "../protocol/profiles.ts";
import { Refusal } from "../refusal.ts";

/** Compare-and-set on the version; what it says only those know who have its key. */
export const answerPutProfile: Answering<typeof putProfile> = async ({ version, sealed }, request) => {
  const { app, session } = request;
  take(request, "profile_change", session.accountId);
  const row = { version, sealed, updatedAt: app.clock.now() };
  const kept = await app.db.write((tx) =>
    tx
      .insert(profiles)
      .values({ accountId: session.accountId, ...row })
      .onConflictDoUpdate({ target: profiles.accountId, set: row, setWhere: lt(profiles.version, version) })
      .returning({ version: profiles.version }),
  );
  if (kept.length === 0) throw new Refusal("profile.outdated");
  return {};
};
