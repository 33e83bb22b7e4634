const MOST = 50_000;

/** Puts the entry last and drops the one untouched for longest when there are too many: memory stays bounded. */
export function keep<Value>(entries: Map<string, Value>, key: string, value: Value): Value {
  entries.delete(key);
  entries.set(key, value);
  if (entries.size > MOST) for (const oldest of entries.keys()) return forget(entries, oldest, value);
  return value;
}

function forget<Value>(entries: Map<string, Value>, oldest: string, kept: Value): Value {
  entries.delete(oldest);
  return kept;
}
