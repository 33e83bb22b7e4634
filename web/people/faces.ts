import { signal } from "@preact/signals";
import type { AccountId } from "../../src/protocol/ids.ts";
import type { ProfileView } from "../delivery/patches.ts";
import { withoutTurns } from "../languages/isolate.ts";

/** How somebody shows themselves. */
export interface Face {
  /** Empty for none. */
  readonly name: string;
  readonly bio: string;
  /** An address that only this page can open. */
  readonly picture: string | undefined;
}

const faces = signal<ReadonlyMap<AccountId, Face>>(new Map());

export function faceOf(of: AccountId): Face | undefined {
  return faces.value.get(of);
}

export function takeProfiles(profiles: readonly ProfileView[]): void {
  const all = new Map(faces.value);
  for (const { accountId, name, bio, picture } of profiles) {
    release(all.get(accountId));
    all.set(accountId, {
      name: oneLine(name),
      bio,
      picture: picture ? URL.createObjectURL(new Blob([picture], { type: "image/jpeg" })) : undefined,
    });
  }
  faces.value = all;
}

export function forgetFaces(): void {
  for (const face of faces.value.values()) release(face);
  faces.value = new Map();
}

function release(face: Face | undefined): void {
  if (face?.picture !== undefined) URL.revokeObjectURL(face.picture);
}

/** A name is one line of letters, whatever was sent. */
function oneLine(name: string): string {
  return withoutTurns(name).replace(/\s+/gu, " ").trim();
}
