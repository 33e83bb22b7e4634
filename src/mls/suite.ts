import { type CiphersuiteImpl, getCiphersuiteFromName, getCiphersuiteImpl } from "ts-mls";
import * as v from "valibot";
import { type Suite, suite } from "../protocol/devices.ts";
import type { RefusalCode } from "../protocol/refusals.ts";
import { Refusal } from "../refusal.ts";

const opened = new Map<Suite, Promise<CiphersuiteImpl>>();

/** The primitives of a suite that this server takes; any other name is refused with `code`. */
export function openSuite(name: string, code: RefusalCode): Promise<CiphersuiteImpl> {
  const known = v.safeParse(suite, name);
  if (!known.success) throw new Refusal(code);
  const impl = opened.get(known.output) ?? getCiphersuiteImpl(getCiphersuiteFromName(known.output));
  opened.set(known.output, impl);
  return impl;
}
