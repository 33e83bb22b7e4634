import { emptyPskIndex, joinGroup } from "ts-mls";
import type { Suite } from "../../src/protocol/devices.ts";
import type { ConversationId } from "../../src/protocol/ids.ts";
import type { GroupFacts } from "../../src/protocol/judge-commit.ts";
import { objectionToGroup } from "../../src/protocol/judge-group.ts";
import type { RoleList } from "../../src/protocol/role-list.ts";
import type { Device } from "./device.ts";
import { externalSendersWith } from "./external-senders.ts";
import { CryptoFailure, orFail } from "./failure.ts";
import { factsOf, type Group, groupFrom } from "./group.ts";
import { decodePrivateKeyPackage } from "./key-packages.ts";
import { decodeMessage } from "./peek.ts";
import { openSuite } from "./suite.ts";
import { trustOf } from "./trust.ts";

/** What a group must be, known beforehand and not from whoever invites. */
export interface GroupExpected {
  readonly conversationId: ConversationId;
  readonly generation: number;
  /** As the server shows it: nobody else proposes from outside. */
  readonly externalSender: Uint8Array;
  /** The whole list where the kind settles it (`closedCircle`); of a group of many only the kind. */
  readonly roles: RoleList | "group";
}

/**
 * The group that a Welcome leads into. `privateBytes` is of the key package whose ref is in the Welcome.
 * Throws `malformed`, `wrong_group`, or `not_allowed` when it is not
 * what a founding would have had to be, or somebody is in who may not be.
 */
export async function joinFromWelcome(
  of: { welcome: Uint8Array; privateBytes: Uint8Array; device: Device } & GroupExpected,
): Promise<Group> {
  const message = decodeMessage(of.welcome);
  if (message.wireformat !== "mls_welcome") throw new CryptoFailure("malformed", "not a Welcome");
  const { keyPackage, privateKeys } = decodePrivateKeyPackage(of.privateBytes, of.device);
  const suite = await openSuite(keyPackage.cipherSuite as Suite);
  const trust = trustOf(of.device.origin);
  const state = await orFail("malformed", "the Welcome does not lead into a group", () =>
    joinGroup(message.welcome, keyPackage, privateKeys, emptyPskIndex, suite, undefined, undefined, trust),
  );
  const group = await groupFrom(state, of.device);
  demandFit(factsOf(group), of);
  return group;
}

/** Whether this is the group it must be: throws `not_allowed`. */
export function demandFit(facts: GroupFacts, { roles, externalSender, ...named }: GroupExpected): void {
  const externalSenders = externalSendersWith(externalSender);
  const known = roles === "group" ? {} : { roles };
  if (roles === "group" && facts.context.roles.kind !== "group")
    throw new CryptoFailure("not_allowed", "another kind of conversation");
  const objection = objectionToGroup(facts, { ...named, ...known, externalSenders });
  if (objection) throw new CryptoFailure("not_allowed", objection);
}
