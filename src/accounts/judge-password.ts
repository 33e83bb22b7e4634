import { Refusal } from "../refusal.ts";

const SHORTEST = 10;
const LONGEST = 256;
const FEWEST_DIFFERENT = 5;
/** So much before and after a common password does not make it another. */
const DECORATION = 6;

/** Refuses a password that is too short, too long, like the username, or among the first to be guessed. */
export async function judgePassword(password: string, username: string): Promise<void> {
  const letters = [...password.normalize("NFKC").toLowerCase()];
  if (letters.length < SHORTEST) throw new Refusal("password.too_short");
  if (letters.length > LONGEST) throw new Refusal("password.too_long");
  if (isLikeUsername(letters.join(""), username)) throw new Refusal("password.like_username");
  if (isMonotonous(letters) || (await isCommon(letters.join("")))) throw new Refusal("password.too_common");
}

function isLikeUsername(password: string, username: string): boolean {
  const reversed = [...username].reverse().join("");
  return [username, reversed].some(
    (name) => password.includes(name) && password.replaceAll(name, "").length < SHORTEST - 2,
  );
}

function isMonotonous(letters: readonly string[]): boolean {
  if (new Set(letters).size < FEWEST_DIFFERENT) return true;
  const codes = letters.map((letter) => letter.codePointAt(0) ?? 0);
  const steps = new Set(codes.slice(1).map((code, index) => code - (codes[index] ?? 0)));
  return steps.size === 1;
}

async function isCommon(password: string): Promise<boolean> {
  const common = await commonPasswords();
  const core = password.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, "");
  const isDecorated = core.length >= 4 && password.length - core.length <= DECORATION;
  const half = password.slice(0, password.length / 2);
  const isDoubled = half.repeat(2) === password;
  return common.has(password) || (isDecorated && common.has(core)) || (isDoubled && common.has(half));
}

let loaded: Promise<ReadonlySet<string>> | undefined;

/** Loaded when first needed: most starts of a server never see a new password. */
function commonPasswords(): Promise<ReadonlySet<string>> {
  loaded ??= import("@zxcvbn-ts/language-common").then(
    ({ dictionary }) => new Set(dictionary["passwords-common"]),
  );
  return loaded;
}
