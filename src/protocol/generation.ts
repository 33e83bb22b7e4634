/** Far more sequences than one generation will ever give out. */
const APART = 2 ** 32;

/** A group may be founded anew this often. */
export const LAST_GENERATION = 2 ** 16 - 1;

/**
 * The sequence of the commit that begins a generation. Each generation has sequences of its own, so that a server
 * put back to an earlier time never gives out again what devices have seen already.
 */
export function firstOf(generation: number): number {
  return generation * APART + 1;
}
