import { expect, test } from "bun:test";
import { ENGINE_VERSION } from "./group-id.ts";
import { type AccountId, type DeviceId, newId } from "./ids.ts";
import { encodeJoinProof, joinBytes, verifyJoinProof } from "./join-proof.ts";
import {
  type CommitFacts,
  type GroupFacts,
  type Holder,
  judgeCommit,
  type LeafFacts,
} from "./judge-commit.ts";
import { decodeRoleList, encodeRoleList, foundingRoles, type LinkKey, type RoleList } from "./role-list.ts";

const bytes = (fill: number) => new Uint8Array(32).fill(fill);
const [ada, ben, eve, dora] = [
  newId<AccountId>(),
  newId<AccountId>(),
  newId<AccountId>(),
  newId<AccountId>(),
];

function holder(accountId: AccountId, root: number): Holder {
  const keys = { signaturePublicKey: bytes(root + 20), encryptionKey: bytes(root + 40) };
  return { accountId, deviceId: newId<DeviceId>(), rootPublicKey: bytes(root), ...keys };
}

const leaves: LeafFacts[] = [ada, ben, eve].map((account, leafIndex) => ({
  ...holder(account, leafIndex),
  leafIndex,
}));
const link: LinkKey = { publicKey: bytes(8), by: ben, expiresAt: 1, uses: 1, approval: false };

/** Ada's, with Ben as admin and Eve as member. */
function groupWith(changed: Partial<RoleList>): GroupFacts {
  const roles: RoleList = { ...foundingRoles(ada), admins: [ben], linkKeys: [link], ...changed };
  return {
    groupId: bytes(7),
    epoch: 4,
    context: { roles, externalSenders: bytes(9), engineVersion: ENGINE_VERSION, others: [] },
    leaves,
  };
}

function coming(joiner: Holder, linkKey: Uint8Array | undefined): CommitFacts {
  const by = { kind: "newcomer" } as const;
  return {
    epoch: 4,
    sender: by,
    proposals: [{ kind: "external_init", by }],
    pathHolder: joiner,
    retired: undefined,
    linkKey,
    departed: undefined,
  };
}

const verdict = (group: GroupFacts, facts = coming(holder(dora, 5), link.publicKey)) =>
  judgeCommit(group, facts).kind;

test("whoever holds a link of the list comes in as a plain member, whatever any clock says", () => {
  const judged = judgeCommit(groupWith({}), coming(holder(dora, 5), link.publicKey));
  expect(judged.kind === "allowed" && judged.added.map(({ accountId }) => accountId)).toEqual([dora]);
  expect(judged.kind === "allowed" && judged.after.leaves.length).toBe(4);
});

test("nobody comes in by a link that is unknown, revoked, or asks for approval", () => {
  expect(verdict(groupWith({}), coming(holder(dora, 5), undefined))).toBe("refused");
  expect(verdict(groupWith({}), coming(holder(dora, 5), bytes(6)))).toBe("refused");
  expect(verdict(groupWith({ linkKeys: [] }))).toBe("refused");
  expect(verdict(groupWith({ linkKeys: [{ ...link, approval: true }] }))).toBe("refused");
});

test("a link lasts no longer than its maker is in and may add members", () => {
  expect(verdict(groupWith({ admins: [] }))).toBe("refused");
  expect(verdict(groupWith({ admins: [], rights: { addMembers: "members" } }))).toBe("allowed");
  const group = groupWith({});
  expect(verdict({ ...group, leaves: group.leaves.filter(({ accountId }) => accountId !== ben) })).toBe(
    "refused",
  );
});

test("whoever was removed, has a rank, or is in already comes by no link", () => {
  expect(verdict(groupWith({ barred: [dora] }))).toBe("refused");
  expect(verdict(groupWith({ moderators: [dora] }))).toBe("refused");
  expect(verdict(groupWith({}), coming(holder(eve, 2), link.publicKey))).toBe("refused");
});

test("nobody comes by a link into a group that has ended", () => {
  const group = groupWith({ linkKeys: [{ ...link, by: ada }] });
  const alone = { ...group, leaves: leaves.slice(0, 1) };
  const over = { ...alone, context: groupWith({ linkKeys: [{ ...link, by: ada }], ended: true }).context };
  expect([verdict(alone), verdict(over)]).toEqual(["allowed", "refused"]);
});

test("a link brings one device in and does nothing else", () => {
  const facts = coming(holder(dora, 5), link.publicKey);
  const by = { kind: "newcomer" } as const;
  const also: CommitFacts["proposals"][] = [
    [],
    [...facts.proposals, ...facts.proposals],
    [...facts.proposals, { kind: "remove", by, leafIndex: 2 }],
    [...facts.proposals, { kind: "add", by, holder: holder(newId<AccountId>(), 6) }],
    [...facts.proposals, { kind: "context", by, context: groupWith({}).context }],
  ];
  for (const proposals of also) expect(verdict(groupWith({}), { ...facts, proposals })).toBe("refused");
});

test("links are made and revoked by those who may add members, in their own name, and change nothing besides", () => {
  const changing = (from: GroupFacts, author: AccountId, changed: Partial<RoleList>) => {
    const leafIndex = leaves.findIndex(({ accountId }) => accountId === author);
    const by = { kind: "member", leafIndex } as const;
    const context = { ...from.context, roles: { ...from.context.roles, ...changed } };
    return judgeCommit(from, {
      ...coming(holder(dora, 5), undefined),
      sender: by,
      pathHolder: undefined,
      proposals: [{ kind: "context", by, context }],
    }).kind;
  };
  const evesOwn = { linkKeys: [link, { ...link, publicKey: bytes(6), by: eve }] };
  const open = groupWith({ rights: { addMembers: "members" } });
  expect(changing(groupWith({}), eve, evesOwn)).toBe("refused");
  expect(changing(open, eve, evesOwn)).toBe("allowed");
  expect(changing(open, eve, { linkKeys: [] })).toBe("allowed");
  expect(changing(open, eve, { ...evesOwn, moderators: [eve] })).toBe("refused");
  expect(changing(open, eve, { barred: [dora] })).toBe("refused");
  expect(changing(groupWith({}), ben, { linkKeys: [link, { ...link, publicKey: bytes(6) }] })).toBe(
    "allowed",
  );
  for (const author of [ada, ben]) {
    const another = { linkKeys: [link, { ...link, publicKey: bytes(6), by: eve }] };
    expect(changing(groupWith({}), author, another)).toBe("refused");
  }
  expect(changing(groupWith({}), ada, { linkKeys: [{ ...link, approval: true }] })).toBe("refused");
});

test("a list with links or barred people has one spelling, and none where a key stands twice", () => {
  const { roles } = groupWith({ barred: [dora] }).context;
  expect(decodeRoleList(encodeRoleList(roles))).toEqual(roles);
  const wrong: RoleList[] = [
    { ...roles, linkKeys: [link, link] },
    { ...roles, barred: [] },
  ];
  for (const list of wrong) expect(decodeRoleList(encodeRoleList(list))).toBeUndefined();
});

test("a link's signature counts for one group, epoch, account and device", async () => {
  const pair = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
  const publicKey = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const joining = { groupId: bytes(7), epoch: 4, accountId: dora, deviceId: newId<DeviceId>() };
  const signature = new Uint8Array(
    await crypto.subtle.sign("Ed25519", pair.privateKey, joinBytes(joining, 9)),
  );
  const proof = encodeJoinProof(publicKey, 9, signature);
  expect(await verifyJoinProof(proof, joining)).toEqual(publicKey);
  const others = [
    { ...joining, groupId: bytes(6) },
    { ...joining, epoch: 5 },
    { ...joining, accountId: eve },
    { ...joining, deviceId: newId<DeviceId>() },
  ];
  for (const other of others) expect(await verifyJoinProof(proof, other)).toBeUndefined();
  expect(await verifyJoinProof(encodeJoinProof(publicKey, 10, signature), joining)).toBeUndefined();
  expect(await verifyJoinProof(encodeJoinProof(bytes(8), 9, signature), joining)).toBeUndefined();
});
