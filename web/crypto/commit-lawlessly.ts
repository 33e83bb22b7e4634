import { createCommit, encodeMlsMessage, type Proposal } from "ts-mls";
import type { CommitBundle } from "../../src/protocol/conversations.ts";
import { type DeviceId, type MessageId, newId } from "../../src/protocol/ids.ts";
import type { RoleList } from "../../src/protocol/role-list.ts";
import { addProposals, encodeGroupInfo, withRoles } from "./commit.ts";
import { type Group, groupFrom, listMembers } from "./group.ts";
import { openSuite } from "./suite.ts";

export interface Deed {
  readonly add?: readonly Uint8Array[];
  readonly remove?: readonly DeviceId[];
  readonly roles?: RoleList;
}

/** Test support: a commit that MLS itself has nothing against, by a member whose client judges nothing. */
export async function commitLawlessly(
  group: Group,
  deed: Deed,
  authenticatedData = new Uint8Array(),
): Promise<CommitBundle> {
  const made = await createCommit(
    { state: group.state, cipherSuite: await openSuite(group.suite) },
    {
      wireAsPublicMessage: true,
      ratchetTreeExtension: true,
      authenticatedData,
      extraProposals: proposalsOf(group, deed),
    },
  );
  const { welcome } = made;
  const pending = await groupFrom(made.newState, group.device, group.epochHashes);
  return {
    commitId: newId<MessageId>(),
    generation: group.generation,
    epoch: group.epoch,
    commit: Uint8Array.from(encodeMlsMessage(made.commit)),
    welcome: welcome
      ? Uint8Array.from(encodeMlsMessage({ version: "mls10", wireformat: "mls_welcome", welcome }))
      : null,
    groupInfo: await encodeGroupInfo(pending),
  };
}

function proposalsOf(group: Group, { add = [], remove = [], roles }: Deed): Proposal[] {
  const leaves = listMembers(group).filter(({ deviceId }) => remove.includes(deviceId));
  const removals = leaves.map(
    ({ leafIndex }): Proposal => ({ proposalType: "remove", remove: { removed: leafIndex } }),
  );
  return [...addProposals(add, Date.now()), ...removals, ...(roles ? [withRoles(group, roles)] : [])];
}
