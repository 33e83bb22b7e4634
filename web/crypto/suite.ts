import type { CiphersuiteImpl } from "ts-mls";
import type { Suite } from "../../src/protocol/devices.ts";
import { assembleSuite } from "./assemble-suite.ts";

/** For direct conversations, saved messages and groups up to 250 devices: X25519 with ML-KEM-768. */
export const POST_QUANTUM: Suite = "MLS_256_XWING_AES256GCM_SHA512_Ed25519";

const opened = new Map<string, Promise<CiphersuiteImpl>>();

/** The primitives of a suite, opened once. */
export function openSuite(suite: Suite): Promise<CiphersuiteImpl> {
  const known = opened.get(suite) ?? assembleSuite(suite);
  opened.set(suite, known);
  return known;
}
