import type { AccountId } from "../../src/protocol/ids.ts";
import {
  type ContextFacts,
  type GroupFacts,
  judgeCommit,
  type LeafFacts,
} from "../../src/protocol/judge-commit.ts";
import { encodeRoleList, type LinkKey, mayAddMembers, type RoleList } from "../../src/protocol/role-list.ts";
import { equalBytes } from "../../src/protocol/signing.ts";

/** What this device last knew of a group of many: by its state, or where that is lost by its people. */
export interface KnownGroup {
  readonly accounts: readonly AccountId[];
  /** Were in it once. */
  readonly past: readonly AccountId[];
  readonly roles: Pick<RoleList, "owner" | "admins" | "moderators" | "rights"> &
    Partial<Pick<RoleList, "linkKeys" | "barred">>;
  /** Absent where it is lost. */
  readonly state?: GroupFacts;
}

export function knownBy(state: GroupFacts): KnownGroup {
  const accounts = state.leaves.map(({ accountId }) => accountId);
  return { accounts, past: [], roles: state.context.roles, state };
}

/**
 * What stands against a group as it is shown; undefined for nothing. A GroupInfo proves no more than that its signer
 * calls it so. Whatever differs from what was known is therefore judged as one commit of the signer's, by the rank
 * they had: what a member without the right has signed promotes nobody and brings in nobody. That somebody is in it
 * no more needs no right, since the server may take out anybody.
 */
export function objectionToShown(
  known: KnownGroup,
  shown: GroupFacts,
  signer: LeafFacts | undefined,
): string | undefined {
  if (!signer || !known.accounts.includes(signer.accountId))
    return "Nobody who is known vouches for this group.";
  if (!haveTheirRoots(known, shown)) return "Somebody is shown with another root key.";
  const context = contextBefore(known, shown, signer.accountId);
  const isIn = ({ accountId }: LeafFacts) => known.accounts.includes(accountId);
  const by = { kind: "member", leafIndex: signer.leafIndex } as const;
  const added = shown.leaves.filter((leaf) => !isIn(leaf));
  const verdict = judgeCommit(
    { ...shown, context, leaves: shown.leaves.filter(isIn) },
    {
      epoch: shown.epoch,
      sender: by,
      proposals: [
        ...added.map((holder) => ({ kind: "add" as const, by, holder })),
        ...(sameContext(context, shown.context)
          ? []
          : [{ kind: "context" as const, by, context: shown.context }]),
      ],
      pathHolder: undefined,
      retired: undefined,
      linkKey: undefined,
      departed: undefined,
    },
  );
  return verdict.kind === "refused" ? verdict.why : undefined;
}

function haveTheirRoots({ state }: KnownGroup, { leaves }: GroupFacts): boolean {
  return leaves.every(({ accountId, rootPublicKey }) => {
    const before = state?.leaves.find((leaf) => leaf.accountId === accountId);
    return !before || equalBytes(before.rootPublicKey, rootPublicKey);
  });
}

/**
 * As it was known, in the order in which it is shown. What cannot be known any more, or gives nobody anything, is
 * taken as shown: ranks of those who are in it no more, and links where the signer may add people anyway.
 */
function contextBefore({ accounts, past, roles, state }: KnownGroup, shown: GroupFacts, signer: AccountId) {
  const are = shown.context.roles;
  const isInside = (account: AccountId) => shown.leaves.some(({ accountId }) => accountId === account);
  const isGone = (account: AccountId) =>
    !isInside(account) && (accounts.includes(account) || past.includes(account));
  const ranked = (were: readonly AccountId[], listed: readonly AccountId[]) => [
    ...listed.filter((account) => were.includes(account) || isGone(account)),
    ...were.filter((account) => !listed.includes(account) && isInside(account)),
  ];
  const { rights } = roles;
  const owner = roles.owner ?? (are.owner !== null && isGone(are.owner) ? are.owner : null);
  const admins = ranked(roles.admins, are.admins);
  const moderators = ranked(roles.moderators, are.moderators);
  const base: RoleList = { ...are, owner, admins, moderators, rights };
  const mayInvite = mayAddMembers(base, signer);
  const linkKeys = are.linkKeys.filter(
    (link) => mayInvite || roles.linkKeys?.some((one) => sameLink(one, link)),
  );
  const isStillBarred = roles.barred?.every((account) => are.barred?.includes(account)) ?? true;
  const { barred: _, ended: __, ...plain } = { ...base, linkKeys };
  const barred = isStillBarred ? are.barred : roles.barred;
  const before: RoleList = barred ? { ...plain, barred } : plain;
  return { ...shown.context, ...state?.context, roles: before };
}

function sameLink(one: LinkKey, other: LinkKey): boolean {
  return one.by === other.by && one.approval === other.approval && equalBytes(one.publicKey, other.publicKey);
}

function sameContext(one: ContextFacts, other: ContextFacts): boolean {
  return (
    equalBytes(encodeRoleList(one.roles), encodeRoleList(other.roles)) &&
    equalBytes(one.externalSenders, other.externalSenders) &&
    one.engineVersion === other.engineVersion &&
    one.others.join() === other.others.join()
  );
}
