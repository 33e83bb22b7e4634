import type { CiphersuiteImpl } from "ts-mls";
import { type Suite, suite as suites } from "../../src/protocol/devices.ts";
import { assembleSuite } from "./assemble-suite.ts";
import { CryptoFailure } from "./failure.ts";

export { POST_QUANTUM } from "../../src/protocol/devices.ts";

const opened = new Map<string, Promise<CiphersuiteImpl>>();

/**
 * The primitives of a suite, opened once; those of private channels are fetched then. The name may have come from elsewhere, whatever its type says:
 * throws `CryptoFailure` for one that is not ours.
 */
export async function openSuite(suite: Suite): Promise<CiphersuiteImpl> {
  if (!suites.options.includes(suite)) throw new CryptoFailure("malformed", "another cipher suite");
  const known = opened.get(suite) ?? assembleSuite(suite);
  opened.set(suite, known);
  // Part of it may have to be fetched.
  known.catch(() => opened.delete(suite));
  return known;
}
