import type { PlainStatement } from "./database.ts";

/**
 * The statement for many rows at once, as PostgreSQL takes it: parameter n is the array of all values of
 * `$n`. What is selected comes with `place`, the number of its row from 1 on.
 * Throws on a statement of any other form than `PlainStatement` describes.
 */
export function inOneStatement({ sql, takes }: PlainStatement): string {
  const columns = takes.map((_, index) => `p${index + 1}`).join(", ");
  const arrays = takes.map((type, index) => `$${index + 1}::${type}[]`).join(", ");
  const given = `unnest(${arrays}) WITH ORDINALITY AS given (${columns}, place)`;
  const ofRow = sql.trim().replace(/\$(\d+)/g, "given.p$1");
  if (/^SELECT\s/.test(ofRow))
    return `SELECT given.place, found.* FROM ${given} CROSS JOIN LATERAL (${ofRow}) AS found ORDER BY given.place`;
  const inserted = /^(INSERT INTO [\s\S]+)\sVALUES\s*\(([\s\S]+)\)$/.exec(ofRow);
  if (inserted !== null) return `${inserted[1]} SELECT ${inserted[2]} FROM ${given} ORDER BY given.place`;
  const updated = /^(UPDATE [\s\S]+)\s(WHERE\s[\s\S]+)$/.exec(ofRow);
  if (updated !== null) return `${updated[1]} FROM ${given} ${updated[2]}`;
  throw new Error(`not a plain statement: ${sql}`);
}
