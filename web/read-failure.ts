/** The code of a refused command or route, or why it was not reached; anything else is a bug and thrown on. */
export function readFailure(error: unknown): string {
  if (error instanceof Error) {
    if ("code" in error && typeof error.code === "string") return error.code;
    if (error.name === "Unreachable") return "unreachable";
  }
  throw error;
}
