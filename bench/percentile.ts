/** The value below which `part` (0 to 1) of the numbers lie. */
export function percentile(values: Float64Array | readonly number[], part: number): number {
  const sorted = values.toSorted();
  const found = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
  if (found === undefined) throw new Error("a percentile of nothing");
  return found;
}
