/** Why a step will not; the group handed in stays as it was. */
export type FailureReason =
  /** Bytes that are not what they should be, or whose signatures do not verify. */
  | "malformed"
  /** For another group, generation or epoch than the one handed in. */
  | "wrong_group"
  | "wrong_epoch"
  /** Verifies, and roles or membership forbid it: freeze the conversation and say so. */
  | "not_allowed"
  /** Shown otherwise than it was known, and by nobody who had the right to change it so. */
  | "unvouched"
  /** A message that this device cannot decrypt: too old, seen already, or damaged. */
  | "not_decrypted"
  /** Decrypted, and what it is bound to does not match what it came with. */
  | "not_bound"
  /** This device is no longer in the group. */
  | "removed"
  /** A key package, certificate or device that cannot be used now. */
  | "unusable";

export class CryptoFailure extends Error {
  readonly reason: FailureReason;

  constructor(reason: FailureReason, detail: string, cause?: unknown) {
    super(`${reason}: ${detail}`, { cause });
    this.name = "CryptoFailure";
    this.reason = reason;
  }
}

/** Runs a step of the library, whose errors are of many kinds, as one failure of ours. */
export async function orFail<Answer>(
  reason: FailureReason,
  detail: string,
  step: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof CryptoFailure) throw error;
    throw new CryptoFailure(reason, detail, error);
  }
}
