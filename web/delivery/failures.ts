import type { RefusalCode } from "../../src/protocol/refusals.ts";
import { StorageFailed } from "../storage/storage.ts";
import { CommandFailed } from "./command-failed.ts";

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

/** Codes of a failed command beyond the server's refusals. */
export type LocalFailure =
  | "unreachable"
  | "storage"
  | "crypto"
  | "elsewhere"
  | "identity_changed"
  /** Once more since the person looked. */
  | "identity_changed_again"
  /** This device has seen no key of theirs yet. */
  | "identity_unknown"
  /** The server names somebody else than the link does. */
  | "link_differs"
  /** The address is not whole: what stands behind `#` does not fit it. */
  | "link_broken"
  /** Nobody whom the link's maker knew vouches for what the server shows of the group. */
  | "link_unvouched"
  | "too_long"
  /** Written so long ago that the server does not know any more whether it has come already. */
  | "too_old"
  | "attachment.not_allowed"
  /** Its name, its type and its content do not say the same. */
  | "attachment.disagrees"
  /** It is not what its sender described. */
  | "attachment.damaged"
  /** Not wanted any more by the person. */
  | "attachment.stopped"
  /** Changed or taken away since it was chosen. */
  | "attachment.unreadable"
  /** This device does not have it any more. */
  | "attachment.gone"
  /** One of a message's files could not be uploaded. */
  | "attachment.failed"
  /** More people than one change takes. */
  | "too_many_people"
  /** Into a private channel nobody is added. */
  | "by_link_only"
  /** A change of a group is kept, and goes out as soon as the server can be reached. */
  | "change_waits"
  /** Typed with a slip, or no code of a new device. */
  | "code_mistyped"
  /** What came for this code was sealed by nobody who was told it. */
  | "device_link_wrong"
  /** Not 24 words, or those of another account. */
  | "wrong_words"
  /** They are not on this device any more. */
  | "words_gone"
  /** What the server keeps for the words is not what was sealed for them last. */
  | "vault_differs"
  /** The account's log does not know the device. */
  | "device_unsigned"
  /** Its answers contradict each other: nothing was taken from them. */
  | "server_wrong";
