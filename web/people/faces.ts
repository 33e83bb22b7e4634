import { signal } from "@preact/signals";
import type { AccountId, ConversationId } from "../../src/protocol/ids.ts";
import type { PictureView, ProfileView } from "../delivery/patches.ts";
import { withoutTurns } from "../languages/isolate.ts";

/** How somebody shows themselves, or a group itself. */
export interface Face {
  /** Empty for none. */
  readonly name: string;
  readonly bio: string;
  /** An address that only this page can open. */
  readonly picture: string | undefined;
}

const faces = signal<ReadonlyMap<AccountId | ConversationId, Face>>(new Map());

export function faceOf(of: AccountId | ConversationId): Face | undefined {
  return faces.value.get(of);
}

/** What this person calls others. */
const nicknames = signal<ReadonlyMap<AccountId, string>>(new Map());

export function nicknameOf(of: AccountId): string | undefined {
  return nicknames.value.get(of);
}

export interface Named {
  readonly accountId: AccountId;
  readonly nickname?: string | undefined;
}

export function takeNicknames(named: readonly Named[]): void {
  const changed = named.filter(({ accountId, nickname }) => nicknames.value.get(accountId) !== nickname);
  if (changed.length === 0) return;
  const all = new Map(nicknames.value);
  for (const { accountId, nickname } of changed)
    if (nickname === undefined) all.delete(accountId);
    else all.set(accountId, nickname);
  nicknames.value = all;
}

export function takeProfiles(profiles: readonly ProfileView[], pictures: readonly PictureView[] = []): void {
  const all = new Map(faces.value);
  for (const { conversationId, picture } of pictures) {
    release(all.get(conversationId));
    all.set(conversationId, { name: "", bio: "", picture: addressOf(picture) });
  }
  for (const { accountId, name, bio, picture } of profiles) {
    release(all.get(accountId));
    all.set(accountId, {
      name: oneLine(name),
      bio,
      picture: addressOf(picture),
    });
  }
  faces.value = all;
}

function addressOf(picture: Uint8Array<ArrayBuffer> | null): string | undefined {
  return picture ? URL.createObjectURL(new Blob([picture], { type: "image/jpeg" })) : undefined;
}

export function forgetFaces(): void {
  for (const face of faces.value.values()) release(face);
  faces.value = new Map();
  nicknames.value = new Map();
}

function release(face: Face | undefined): void {
  if (face?.picture !== undefined) URL.revokeObjectURL(face.picture);
}

/** A name is one line of letters, whatever was sent. */
function oneLine(name: string): string {
  return withoutTurns(name).replace(/\s+/gu, " ").trim();
}
