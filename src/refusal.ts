import type { RefusalCode } from "./protocol/refusals.ts";

/** The server understood and will not. Thrown anywhere, answered once at the edge (`http/errors.ts`). */
export class Refusal extends Error {
  readonly code: RefusalCode;

  /** `cause` where something failed: it is logged, never told. */
  constructor(code: RefusalCode, cause?: unknown) {
    super(code, { cause });
    this.name = "Refusal";
    this.code = code;
  }
}
