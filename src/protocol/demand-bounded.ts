/** As deep as `encodeBinary` writes. */
const MOST_DEPTH = 16;

/**
 * Throws when MessagePack bytes promise more members than they have bytes left, or nest deeper than is ever
 * written. The decoder makes room for what a header promises before anything of it has come, so that a few
 * kilobytes of nested headers would cost gigabytes. Says nothing else of the bytes.
 */
export function demandBounded(bytes: Uint8Array): void {
  /** Values still to come, per container that is open; the first is the whole message. */
  const open = [1];
  let awaited = 1;
  let at = 0;
  while (awaited > 0) {
    while (open.at(-1) === 0) open.pop();
    open.push((open.pop() ?? 0) - 1);
    awaited -= 1;
    const { members, next } = readHeader(bytes, at);
    at = next;
    if (members === 0) continue;
    awaited += members;
    if (awaited > bytes.byteLength - at || open.push(members) > MOST_DEPTH + 1)
      throw new RangeError("more than its bytes can hold");
  }
}

/** How many values stand inside the one that begins here, and where what comes after its header begins. */
function readHeader(bytes: Uint8Array, at: number): { members: number; next: number } {
  const first = bytes[at];
  if (first === undefined) throw new RangeError("cut short");
  if (first < 0x80 || first >= 0xe0) return { members: 0, next: at + 1 };
  if (first < 0x90) return { members: (first & 0x0f) * 2, next: at + 1 };
  if (first < 0xa0) return { members: first & 0x0f, next: at + 1 };
  if (first < 0xc0) return { members: 0, next: at + 1 + (first & 0x1f) };
  const { size, after, members } = FORMS[first - 0xc0] ?? NOTHING_MORE;
  const length = readLength(bytes, at + 1, size);
  return { members: length * members, next: at + 1 + size + after + (members === 0 ? length : 0) };
}

function readLength(bytes: Uint8Array, at: number, size: number): number {
  let length = 0;
  for (let place = at; place < at + size; place += 1) length = length * 256 + (bytes[place] ?? 0);
  return length;
}

interface Form {
  /** Bytes of the length. */
  readonly size: number;
  /** Bytes that come besides what the length counts. */
  readonly after: number;
  /** Values that each of the length stands for; 0 when it counts bytes. */
  readonly members: 0 | 1 | 2;
}

const fixed = (after: number): Form => ({ size: 0, after, members: 0 });
const counted = (size: number, members: Form["members"] = 0, after = 0): Form => ({ size, after, members });
const NOTHING_MORE = fixed(0);

/** From 0xc0 to 0xdf, as the specification of MessagePack lists them. */
const FORMS: readonly Form[] = [
  ...[fixed(0), fixed(0), fixed(0), fixed(0)],
  ...[counted(1), counted(2), counted(4)],
  ...[counted(1, 0, 1), counted(2, 0, 1), counted(4, 0, 1)],
  ...[fixed(4), fixed(8)],
  ...[fixed(1), fixed(2), fixed(4), fixed(8)],
  ...[fixed(1), fixed(2), fixed(4), fixed(8)],
  ...[fixed(2), fixed(3), fixed(5), fixed(9), fixed(17)],
  ...[counted(1), counted(2), counted(4)],
  ...[counted(2, 1), counted(4, 1)],
  ...[counted(2, 2), counted(4, 2)],
];
