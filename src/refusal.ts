import type { RefusalCode } from "./protocol/refusals.ts";

/** The server understood and will not. Thrown anywhere, answered once at the edge (`http/errors.ts`). */
export class Refusal extends Error {
  readonly code: RefusalCode;

  constructor(code: RefusalCode) {
    super(code);
    this.name = "Refusal";
    this.code = code;
  }
}
