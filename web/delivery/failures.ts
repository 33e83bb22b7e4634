import type { RefusalCode } from "../../src/protocol/refusals.ts";
import { StorageFailed } from "../storage/storage.ts";
import { CommandFailed } from "./command-failed.ts";
import type { LocalFailure } from "./patches.ts";

/** The server understood and will not. */
export class Refused extends Error {
  readonly code: RefusalCode;
  readonly requestId: string;

  constructor(code: RefusalCode, requestId: string) {
    super(code);
    this.name = "Refused";
    this.code = code;
    this.requestId = requestId;
  }
}

/** No answer that can be used: wait and ask again, not before `retryAt` (own clock, milliseconds) if known. */
export class Unreachable extends Error {
  readonly code = "unreachable";
  readonly retryAt: number | undefined;
  /** The server did answer: what it said, for whoever has to put it in words. */
  readonly refusal: RefusalCode | undefined;

  constructor(reason: string, retryAt?: number, refusal?: RefusalCode) {
    super(reason);
    this.refusal = refusal;
    this.name = "Unreachable";
    this.retryAt = retryAt;
  }
}

/** A command that fails for a reason of this device's own. */
export class Failed extends Error {
  readonly code: LocalFailure;

  constructor(code: LocalFailure) {
    super(code);
    this.name = "Failed";
    this.code = code;
  }
}

/** The code a person's message or command fails with. */
export function codeOf(cause: unknown): string {
  if (cause instanceof Refused || cause instanceof Unreachable) return cause.code;
  if (cause instanceof Failed || cause instanceof CommandFailed) return cause.code;
  if (cause instanceof StorageFailed) return "storage";
  return "crypto";
}
