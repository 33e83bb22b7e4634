/** Whether the server's list names this file's ending or media type; an empty list allows everything. */
export function isAllowed(
  allowed: readonly string[],
  { name, type }: { readonly name: string; readonly type: string },
): boolean {
  if (allowed.length === 0) return true;
  const [small, kind] = [name.toLowerCase(), type.toLowerCase()];
  return allowed.some((entry) => {
    const wanted = entry.toLowerCase();
    if (wanted.startsWith(".")) return small.endsWith(wanted);
    return wanted.endsWith("/*") ? kind.startsWith(wanted.slice(0, -1)) : kind === wanted;
  });
}
