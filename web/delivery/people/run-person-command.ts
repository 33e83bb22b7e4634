import type { Command, Results } from "../commands.ts";
import type { LiveSession } from "../session/live-session.ts";
import { acceptIdentity, readStrangers } from "./accept-identity.ts";
import { choosePrivacy } from "./choose-privacy.ts";
import { readPrivacy } from "./privacy.ts";
import { listBlocked, nameOtherwise, standTo } from "./stand-to.ts";
import { readSafety, verifyPerson } from "./verify-person.ts";

type Kind =
  | "stand_to"
  | "read_strangers"
  | "accept_identity"
  | "read_safety"
  | "verify"
  | "nickname"
  | "list_blocked"
  | "read_privacy"
  | "choose_privacy";

/** How this person stands to others, and what they may learn and do; fetched with the first of these. */
export async function runPersonCommand(
  session: LiveSession,
  command: Extract<Command, { kind: Kind }>,
): Promise<Results[Kind]> {
  const { client } = session;
  switch (command.kind) {
    case "stand_to":
      return answerPerson(session, command);
    case "read_strangers":
      return readStrangers(client, command.conversationId);
    case "accept_identity":
      for (const id of await acceptIdentity(client, command.conversationId, command.fingerprints)) {
        client.tend(id);
        client.checkDevices(id);
        session.push(id);
      }
      return undefined;
    case "read_safety":
      return readSafety(client, command.accountId);
    case "verify":
      return verifyPerson(client, command.accountId, command.digits);
    case "nickname":
      return nameOtherwise(client, command.accountId, command.nickname);
    case "list_blocked":
      return listBlocked(client);
    case "read_privacy":
      return readPrivacy(client.vault);
    case "choose_privacy": {
      const { kind: _, ...chosen } = command;
      return choosePrivacy(client, chosen);
    }
  }
}

/** Whoever is accepted learns then what was read meanwhile. */
async function answerPerson(
  { client, markRead }: LiveSession,
  { accountId, standing }: Extract<Command, { kind: "stand_to" }>,
): Promise<undefined> {
  await standTo(client, accountId, standing);
  const direct = await client.vault.read("direct", accountId);
  if (standing === "accepted" && direct) markRead(direct.conversationId);
}
