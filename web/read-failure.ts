/** The code of a refused command or route, or why it was not reached; anything else is a bug and thrown on. */
export function readFailure(error: unknown): string {
  if (error instanceof Error) {
    if ("refusal" in error && typeof error.refusal === "string") return error.refusal;
    if ("code" in error && typeof error.code === "string") return error.code;
  }
  throw error;
}
