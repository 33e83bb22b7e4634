import { entropyToMnemonic, mnemonicToEntropy, validateMnemonic } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { CryptoFailure } from "./failure.ts";

/** The root as 24 words (BIP 39), to be written down. Fetched when somebody asks for them. */
export function writeWords(entropy: Uint8Array): string {
  return entropyToMnemonic(entropy, wordlist);
}

/** The inverse. Throws `unusable` when they are not 24 of the list with a right checksum. */
export function readWords(words: string): Uint8Array<ArrayBuffer> {
  if (!validateMnemonic(words, wordlist) || words.split(" ").length !== 24)
    throw new CryptoFailure("unusable", "these are not 24 recovery words");
  return Uint8Array.from(mnemonicToEntropy(words, wordlist));
}
