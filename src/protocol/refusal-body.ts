import * as v from "valibot";
import type { RefusalCode } from "./refusals.ts";
import { text } from "./values.ts";

/** The body of every answer that is not a success. */
export const refusalBody = v.object({
  error: text(1000),
  errorCode: text(64),
  requestId: text(64),
  action: v.optional(text(1000)),
});

/** Of this version or a later one: a "no" that has no words here is still a "no", and said by its code. */
export function isRefusalCode(code: string): code is RefusalCode {
  return /^[a-z][a-z_]*\.[a-z][a-z_]*$/.test(code);
}
