import { decodeMlsMessage, type MLSMessage } from "ts-mls";
import type { RefusalCode } from "../protocol/refusals.ts";
import { Refusal } from "../refusal.ts";

type Wireformat = MLSMessage["wireformat"];

/** The MLSMessage of this kind that the bytes hold, and nothing else; any other bytes are refused with `code`. */
export function decodeMessage<Kind extends Wireformat>(
  encoded: Uint8Array,
  kind: Kind,
  code: RefusalCode,
): Extract<MLSMessage, { wireformat: Kind }> {
  const message = decode(encoded);
  if (message?.wireformat !== kind) throw new Refusal(code);
  return message as Extract<MLSMessage, { wireformat: Kind }>;
}

/** The library's decoders return nothing or throw errors of many kinds: all of it means malformed. */
function decode(encoded: Uint8Array): MLSMessage | undefined {
  try {
    const decoded = decodeMlsMessage(encoded, 0);
    return decoded && decoded[1] === encoded.byteLength ? decoded[0] : undefined;
  } catch {
    return undefined;
  }
}

/** Runs a check by the library; whatever it throws is refused with `code`. */
export async function orRefuse<Answer>(code: RefusalCode, check: () => Promise<Answer>): Promise<Answer> {
  try {
    return await check();
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal(code);
  }
}
