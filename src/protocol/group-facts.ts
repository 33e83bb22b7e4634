import { type Credential, decodeCredential, verifyCredential } from "./credential.ts";
import { verifyDeparture } from "./departure.ts";
import { verifyDeviceLogEntry } from "./device-log.ts";
import { decodeEngineVersion, EXTENSION } from "./group-id.ts";
import { verifyJoinProof } from "./join-proof.ts";
import type {
  Author,
  CommitFacts,
  ContextFacts,
  GroupFacts,
  Holder,
  LeafFacts,
  ProposalFacts,
} from "./judge-commit.ts";
import { decodeRoleList } from "./role-list.ts";

/**
 * From the structures of RFC 9420, as an MLS library decodes them, to the plain facts that are judged. Server
 * and clients share it so that they never read one commit in two ways. The shapes below are the little of
 * those structures that matters.
 */
export interface LeafShape {
  readonly signaturePublicKey: Uint8Array;
  readonly hpkePublicKey: Uint8Array;
  readonly credential: { readonly credentialType: string; readonly identity?: Uint8Array };
  readonly extensions?: readonly unknown[];
  readonly capabilities?: CapabilitiesShape;
}

export interface CapabilitiesShape {
  readonly versions: readonly unknown[];
  readonly ciphersuites: readonly unknown[];
  readonly extensions: readonly unknown[];
  readonly proposals: readonly unknown[];
  readonly credentials: readonly unknown[];
}

export interface ExtensionShape {
  readonly extensionType: string | number;
  readonly extensionData: Uint8Array;
}

export interface ProposalShape {
  readonly proposalType: string | number;
  readonly add?: { readonly keyPackage: { readonly leafNode: LeafShape } };
  readonly remove?: { readonly removed: number };
  readonly update?: { readonly leafNode: LeafShape };
  readonly groupContextExtensions?: { readonly extensions: readonly ExtensionShape[] };
}

export type NodeShape = { readonly nodeType: string; readonly leaf?: LeafShape } | undefined;

/** Of versions, suites, extensions, proposals and credentials together; each device of ours names five. */
const MOST_CAPABILITIES = 64;

/** Everybody keeps every leaf, so that one member's large one would fill the group for all. */
function isSlender({ extensions = [], capabilities }: LeafShape): boolean {
  const { versions = [], ciphersuites = [], proposals = [], credentials = [] } = capabilities ?? {};
  const named = [versions, ciphersuites, capabilities?.extensions ?? [], proposals, credentials].flat();
  return extensions.length === 0 && named.length <= MOST_CAPABILITIES;
}

/** Whose leaf it is, if its credential verifies for its own signature key; undefined otherwise. */
export async function holderOf(leaf: LeafShape, origin: string): Promise<Holder | undefined> {
  const identity = identityIn(leaf);
  const credential = identity && (await verifyCredential(identity, leaf.signaturePublicKey, origin));
  return credential && asHolder(leaf, credential);
}

/** Of a leaf whose credential was verified before. */
function knownHolderOf(leaf: LeafShape): Holder | undefined {
  const identity = identityIn(leaf);
  const credential = identity && decodeCredential(identity);
  return credential && asHolder(leaf, credential);
}

function identityIn(leaf: LeafShape): Uint8Array | undefined {
  const { credential } = leaf;
  return credential.credentialType === "basic" && isSlender(leaf) ? credential.identity : undefined;
}

function asHolder(leaf: LeafShape, { accountId, deviceId, rootPublicKey }: Credential): Holder {
  const { signaturePublicKey, hpkePublicKey: encryptionKey } = leaf;
  return { accountId, deviceId, rootPublicKey, signaturePublicKey, encryptionKey };
}

/** The leaves of a tree in the array order of RFC 9420 §7.4.1; undefined when one has no valid credential. */
export async function leavesOf(tree: readonly NodeShape[], origin: string): Promise<LeafFacts[] | undefined> {
  const leaves: LeafFacts[] = [];
  for (const { leaf, leafIndex } of placed(tree)) {
    const holder = await holderOf(leaf, origin);
    if (!holder) return undefined;
    leaves.push({ ...holder, leafIndex });
  }
  return leaves;
}

/** The same of a tree that was verified as a whole before. */
export function knownLeavesOf(tree: readonly NodeShape[]): LeafFacts[] | undefined {
  const leaves: LeafFacts[] = [];
  for (const { leaf, leafIndex } of placed(tree)) {
    const holder = knownHolderOf(leaf);
    if (!holder) return undefined;
    leaves.push({ ...holder, leafIndex });
  }
  return leaves;
}

function placed(tree: readonly NodeShape[]): { readonly leaf: LeafShape; readonly leafIndex: number }[] {
  return tree.flatMap((node, index) =>
    index % 2 === 0 && node?.leaf ? [{ leaf: node.leaf, leafIndex: index / 2 }] : [],
  );
}

/** Undefined when one of our extensions is missing, doubled or malformed. */
export function contextOf(extensions: readonly ExtensionShape[]): ContextFacts | undefined {
  const types = new Set(extensions.map(({ extensionType }) => extensionType));
  if (types.size !== extensions.length) return undefined;
  const dataOf = (type: string | number) =>
    extensions.find(({ extensionType }) => extensionType === type)?.extensionData;
  const roles = decodeRoleList(dataOf(EXTENSION.roleList) ?? new Uint8Array());
  const engineVersion = decodeEngineVersion(dataOf(EXTENSION.engineVersion) ?? new Uint8Array());
  const externalSenders = dataOf("external_senders");
  if (!roles || engineVersion === undefined || !externalSenders) return undefined;
  const ours: readonly (string | number)[] = [
    EXTENSION.roleList,
    EXTENSION.engineVersion,
    "external_senders",
  ];
  const others = [...types].filter((type) => !ours.includes(type)).map((type) => Number(type) || 0);
  return { roles, externalSenders, engineVersion, others: others.sort((one, other) => one - other) };
}

/** Undefined when a leaf in the proposal has no valid credential. */
export async function proposalFacts(
  proposal: ProposalShape,
  by: Author,
  origin: string,
): Promise<ProposalFacts | undefined> {
  const { add, remove, update, groupContextExtensions } = proposal;
  if (add) {
    const holder = await holderOf(add.keyPackage.leafNode, origin);
    return holder && { kind: "add", by, holder };
  }
  if (update) {
    const holder = await holderOf(update.leafNode, origin);
    return holder && { kind: "update", by, holder };
  }
  if (remove) return { kind: "remove", by, leafIndex: remove.removed };
  if (groupContextExtensions)
    return { kind: "context", by, context: contextOf(groupContextExtensions.extensions) };
  return proposal.proposalType === "external_init" ? { kind: "external_init", by } : { kind: "other", by };
}

export interface CommitShape {
  readonly epoch: number;
  readonly sender: CommitFacts["sender"];
  readonly proposals: readonly { readonly proposal: ProposalShape; readonly by: Author }[];
  /** The leaf node in the commit's path. */
  readonly pathLeaf: LeafShape | undefined;
  readonly authenticatedData: Uint8Array;
}

/** Undefined when any leaf in the commit has no valid credential: such a commit is never allowed. */
export async function commitFacts(
  commit: CommitShape,
  group: Pick<GroupFacts, "groupId" | "leaves">,
  origin: string,
): Promise<CommitFacts | undefined> {
  const proposals: ProposalFacts[] = [];
  for (const { proposal, by } of commit.proposals) {
    const facts = await proposalFacts(proposal, by, origin);
    if (!facts) return undefined;
    proposals.push(facts);
  }
  const pathHolder = commit.pathLeaf && (await holderOf(commit.pathLeaf, origin));
  if (commit.pathLeaf && !pathHolder) return undefined;
  const isNewcomer = commit.sender.kind === "newcomer";
  const retired =
    isNewcomer && pathHolder ? await retiredBy(pathHolder, commit.authenticatedData, origin) : undefined;
  const { epoch, sender, authenticatedData } = commit;
  const joining = pathHolder && { ...pathHolder, groupId: group.groupId, epoch };
  const linkKey = isNewcomer && joining ? await verifyJoinProof(authenticatedData, joining) : undefined;
  const departed = sender.kind === "member" ? await verifyDeparture(authenticatedData, group) : undefined;
  return { epoch, sender, proposals, pathHolder, retired, linkKey, departed };
}

async function retiredBy(
  joiner: Holder,
  authenticatedData: Uint8Array,
  origin: string,
): Promise<CommitFacts["retired"]> {
  if (authenticatedData.byteLength === 0) return undefined;
  const { accountId } = joiner;
  const rootPublicKey = Uint8Array.from(joiner.rootPublicKey);
  const entry = await verifyDeviceLogEntry(authenticatedData, { origin, accountId, rootPublicKey });
  return entry?.change === "removed" ? { accountId, deviceId: entry.deviceId } : undefined;
}
