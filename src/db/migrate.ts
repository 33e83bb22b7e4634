import { MIGRATIONS, type Migration } from "./migrations.ts";

/** A migration that this database remembers. */
export interface Applied {
  readonly number: number;
  readonly name: string;
  readonly checksum: string;
}

/** The database cannot be used by this executable; the message says why and what to do. */
export class DatabaseUnusable extends Error {
  /** It did not answer: it may be starting just now, as after a power cut. */
  readonly isAway: boolean;

  constructor(message: string, isAway = false) {
    super(message);
    this.isAway = isAway;
    this.name = "DatabaseUnusable";
  }
}

export interface MigrationStep extends Applied {
  readonly sql: string;
}

/**
 * What is still to be run, in order. Throws `DatabaseUnusable` when the database was made by a newer
 * executable, or when a migration that was applied reads differently now.
 */
export function pendingMigrations(
  dialect: "sqlite" | "postgres",
  applied: readonly Applied[],
  known: readonly Migration[] = MIGRATIONS,
): MigrationStep[] {
  const steps = known.map((migration) => asStep(dialect, migration));
  const latest = steps.at(-1)?.number ?? 0;
  for (const past of applied) {
    const step = steps.find((candidate) => candidate.number === past.number);
    if (step === undefined)
      throw new DatabaseUnusable(
        `The database is newer than this executable: it has migration ${past.number} (${past.name}), ` +
          `this executable knows ${latest}. Run the newer version of Elahe, or restore a backup made before the upgrade.`,
      );
    if (step.checksum !== past.checksum)
      throw new DatabaseUnusable(
        `Migration ${past.number} (${past.name}) was applied to this database in another form. ` +
          "It was made by a build that was never released; start with an empty database or restore a backup.",
      );
  }
  return steps.filter((step) => !applied.some((past) => past.number === step.number));
}

function asStep(dialect: "sqlite" | "postgres", migration: Migration): MigrationStep {
  const sql = migration[dialect];
  const checksum = new Bun.CryptoHasher("sha256").update(sql).digest("hex");
  return { number: migration.number, name: migration.name, checksum, sql };
}
