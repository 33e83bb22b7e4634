const WORTH_KEEPING = 60_000;

/**
 * When a message that had to wait was written, on the server's clock: the own clock may be wrong, but it
 * knows how long the message waited. Undefined when it went out as it was written.
 */
export function writtenAt(sentAt: number, waited: number): number | undefined {
  return waited < WORTH_KEEPING ? undefined : sentAt - waited;
}
