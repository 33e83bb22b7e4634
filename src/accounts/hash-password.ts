import type { App } from "../app.ts";
import type { Database } from "../db/database.ts";
import { Refusal } from "../refusal.ts";

/** OWASP's second choice for argon2id: 19 MiB and two passes, bearable on a small ARM board. */
const COST = { algorithm: "argon2id", memoryCost: 19_456, timeCost: 2 } as const;
const AT_ONCE = 2;
const MOST_WAITING = 200;

export interface Hashing {
  hash(password: string): Promise<string>;
  verify(password: string, hash: string): Promise<boolean>;
  /** Nobody's: verified against when there is no such account, so that the answer takes as long. */
  readonly decoy: Promise<string>;
  /** How many verifications were done. */
  readonly verified: () => number;
}

const opened = new WeakMap<Database, Hashing>();

/** One per server, because the limit on memory is the server's. */
export function hashingOf({ db }: Pick<App, "db">): Hashing {
  const hashing = opened.get(db) ?? openHashing();
  opened.set(db, hashing);
  return hashing;
}

export function openHashing({ mostWaiting = MOST_WAITING } = {}): Hashing {
  const inTurn = fewAtATime(mostWaiting);
  let verified = 0;
  const hash = (password: string) => inTurn(() => Bun.password.hash(password.normalize("NFKC"), COST));
  return {
    hash,
    async verify(password, against) {
      verified += 1;
      return inTurn(() => Bun.password.verify(password.normalize("NFKC"), against));
    },
    decoy: hash(crypto.getRandomValues(new Uint8Array(32)).toBase64()),
    verified: () => verified,
  };
}

function fewAtATime(mostWaiting: number): <Answer>(work: () => Promise<Answer>) => Promise<Answer> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (waiting.length >= mostWaiting) throw new Refusal("request.too_many");
    if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
