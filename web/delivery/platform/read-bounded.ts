/** The whole body; throws as soon as it is larger than this, so that no answer fills the memory. */
export async function readBounded(answer: Response, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const declared = Number(answer.headers.get("content-length") ?? 0);
  if (declared > most) throw new RangeError("the answer is too large");
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of answer.body ?? []) {
    size += part.byteLength;
    if (size > most) throw new RangeError("the answer is too large");
    parts.push(part);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
