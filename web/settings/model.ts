import { createModel, signal } from "@preact/signals";
import { createInvite, type Invite, listInvites, revokeInvite } from "../../src/protocol/accounts.ts";
import type { AccountId, InviteId } from "../../src/protocol/ids.ts";
import type { Privacy } from "../delivery/commands.ts";
import type { Means } from "../means.ts";
import { readFailure } from "../read-failure.ts";
import { invitePath } from "../routes.ts";

type Deed = "creating" | "revoking" | "signing_out" | "unblocking" | "choosing" | "profile";

export interface Blocked {
  readonly accountId: AccountId;
  readonly username: string;
}

/** Without `picture` the one there is stays. */
export interface ShownProfile {
  readonly name: string;
  readonly bio: string;
  readonly picture?: Uint8Array<ArrayBuffer> | null;
}

interface Account {
  readonly setProfile: (profile: ShownProfile) => Promise<unknown>;
  readonly signOut: () => Promise<unknown>;
  readonly readPrivacy: () => Promise<Privacy>;
  readonly choosePrivacy: (chosen: Partial<Privacy>) => Promise<unknown>;
  readonly ownFingerprint: () => Promise<string>;
  readonly listBlocked: () => Promise<readonly Blocked[]>;
  readonly standTo: (accountId: AccountId, standing: "accepted") => Promise<unknown>;
}

/** Signing out, and the invites of those who may make them. */
export const Settings = createModel((means: Means, account: Account) => {
  const build = signal(means.build);
  const invites = signal<readonly Invite[] | undefined>(undefined);
  /** Why they could not be loaded. */
  const invitesFailed = signal<string | undefined>(undefined);
  /** The link of the invite made last: shown once, then nowhere. */
  const link = signal<string | undefined>(undefined);
  const busy = signal<Deed | undefined>(undefined);
  /** What did not work last, and why. */
  const failure = signal<{ deed: Deed; code: string } | undefined>(undefined);

  const blocked = signal<readonly Blocked[] | undefined>(undefined);
  const blockedFailed = signal<string | undefined>(undefined);

  async function loadBlocked(): Promise<void> {
    try {
      blocked.value = await account.listBlocked();
      blockedFailed.value = undefined;
    } catch (error) {
      blockedFailed.value = readFailure(error);
    }
  }

  const unblock = (accountId: AccountId) =>
    attempt("unblocking", async () => {
      await account.standTo(accountId, "accepted");
      await loadBlocked();
    });

  const privacy = signal<Privacy | undefined>(undefined);
  const privacyFailed = signal<string | undefined>(undefined);

  async function loadPrivacy(): Promise<void> {
    try {
      privacy.value = await account.readPrivacy();
      privacyFailed.value = undefined;
    } catch (error) {
      privacyFailed.value = readFailure(error);
    }
  }

  /** Shown as chosen only once it is kept. */
  const choosePrivacy = (chosen: Partial<Privacy>) =>
    attempt("choosing", async () => {
      await account.choosePrivacy(chosen);
      if (privacy.value) privacy.value = { ...privacy.value, ...chosen };
    });

  const saveProfile = (make: () => Promise<ShownProfile>) =>
    attempt("profile", async () => {
      await account.setProfile(await make());
    });

  async function loadInvites(): Promise<void> {
    try {
      invites.value = (await means.call(listInvites, {})).invites;
      invitesFailed.value = undefined;
    } catch (error) {
      invitesFailed.value = readFailure(error);
    }
  }

  /** Whether it was done. */
  async function attempt(deed: Deed, work: () => Promise<void>): Promise<boolean> {
    if (busy.value) return false;
    busy.value = deed;
    failure.value = undefined;
    try {
      await work();
      return true;
    } catch (error) {
      failure.value = { deed, code: readFailure(error) };
      return false;
    } finally {
      busy.value = undefined;
    }
  }

  /** Whoever uses it can write to who made it at once, and know them by their key. */
  const create = (username: string) =>
    attempt("creating", async () => {
      const fingerprint = await account.ownFingerprint();
      const made = await means.call(createInvite, {});
      link.value = location.origin + invitePath(made.code, username, fingerprint);
      invites.value = [made.invite, ...(invites.value ?? [])];
    });

  const revoke = (inviteId: InviteId) =>
    attempt("revoking", async () => {
      await means.call(revokeInvite, { inviteId });
      await loadInvites();
    });

  const signOut = () =>
    attempt("signing_out", async () => {
      await account.signOut();
    });

  function forgetLink(): void {
    link.value = undefined;
  }

  return {
    build,
    invites,
    invitesFailed,
    link,
    busy,
    failure,
    privacy,
    privacyFailed,
    loadPrivacy,
    choosePrivacy,
    saveProfile,
    ownFingerprint: account.ownFingerprint,
    blocked,
    blockedFailed,
    loadBlocked,
    unblock,
    loadInvites,
    create,
    revoke,
    signOut,
    forgetLink,
  };
});
export type Settings = InstanceType<typeof Settings>;
