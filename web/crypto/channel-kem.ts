import { DhkemX25519HkdfSha256 } from "@hpke/core";

/** Of private channels; fetched with the first one. */
export function channelKem() {
  return new DhkemX25519HkdfSha256();
}
