import type { RefusalCode } from "./protocol/refusals.ts";

/** The server understood and will not. Thrown anywhere, answered once at the edge (`http/errors.ts`). */
export class Refusal extends Error {
  readonly code: RefusalCode;
  /** Milliseconds after which asking again will be answered otherwise, where that is known. */
  readonly wait: number | undefined;

  /** `cause` where something failed: it is logged, never told. */
  constructor(code: RefusalCode, cause?: unknown, wait?: number) {
    super(code, { cause });
    this.name = "Refusal";
    this.code = code;
    this.wait = wait;
  }
}
