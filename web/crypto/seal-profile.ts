import * as v from "valibot";
import { decodeBinary, encodeBinary } from "../../src/protocol/codec.ts";
import type { AccountId } from "../../src/protocol/ids.ts";
import { type ProfileContent, type ProfileKey, profile } from "../../src/protocol/profiles.ts";
import { CryptoFailure } from "./failure.ts";
import { pad, unpad } from "./padding.ts";
import { importWrappingKey, unwrapState, wrapState } from "./wrap-state.ts";

/**
 * What a person shows of themselves, padded and sealed with AES-256-GCM under their profile key, bound to account and
 * version so that no server can show one person's or an older one in its place.
 */
export async function sealProfile(
  of: AccountId,
  { key, version }: ProfileKey,
  content: ProfileContent,
): Promise<Uint8Array<ArrayBuffer>> {
  const plain = pad(encodeBinary(content));
  return wrapState(await importWrappingKey(key), label(of, version), plain);
}

/** Throws `malformed` when it was not sealed by this key for this account and version, or is not a profile. */
export async function openProfile(
  of: AccountId,
  { key, version }: ProfileKey,
  sealed: Uint8Array<ArrayBuffer>,
): Promise<ProfileContent> {
  const plain = unpad(await unwrapState(await importWrappingKey(key), label(of, version), sealed));
  try {
    return v.parse(profile, decodeBinary(plain));
  } catch (cause) {
    throw new CryptoFailure("malformed", "not a profile", cause);
  }
}

function label(of: AccountId, version: number): string {
  return `elahe-profile-v1/${of}/${version}`;
}
