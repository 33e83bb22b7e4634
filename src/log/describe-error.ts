/**
 * What a log may say of an error: its kind, its code and where it was thrown. Messages of database and
 * parser errors quote the values they failed on, so only the program's own mistakes keep their message.
 */
export function describeError(error: unknown): { error: string; errorAt: string[] } {
  const cause = innermost(error);
  if (!(cause instanceof Error)) return { error: typeof cause, errorAt: [] };
  const code = "errno" in cause ? cause.errno : "code" in cause ? cause.code : undefined;
  const named = code === undefined ? cause.name : `${cause.name} ${String(code)}`;
  const said = isOwnMistake(cause) ? `${named}: ${cause.message.slice(0, 300)}` : named;
  return { error: said, errorAt: frames(cause) };
}

function innermost(error: unknown): unknown {
  let cause = error;
  for (let depth = 0; depth < 5; depth++) {
    if (!(cause instanceof Error) || cause.cause === undefined) return cause;
    cause = cause.cause;
  }
  return cause;
}

const OWN_MISTAKES = ["TypeError", "ReferenceError", "RangeError", "DatabaseUnusable", "ConfigInvalid"];

function isOwnMistake(error: Error): boolean {
  return OWN_MISTAKES.includes(error.name);
}

function frames(error: Error): string[] {
  return (error.stack ?? "")
    .split("\n")
    .filter((line) => line.trimStart().startsWith("at "))
    .slice(0, 8)
    .map((line) => line.trim().slice(0, 200));
}
