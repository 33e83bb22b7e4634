import { expect, test } from "bun:test";
import { type MessageId, newId } from "../../src/protocol/ids.ts";
import {
  commitUpdate,
  directConversation,
  hear,
  receiveCommit,
  say,
  textOf,
} from "../testing/people-with-keys.ts";
import { adoptCommit } from "./adopt-commit.ts";
import { epochAuthenticatorHash } from "./group.ts";
import { decodeGroup, encodeRatchets, encodeTree } from "./store-group.ts";

test("an adopted commit opens what is still on the way, and nothing that was opened while it waited", async () => {
  const { adasGroup, bensGroup } = await directConversation();
  const { bundle, pending } = await commitUpdate(adasGroup, newId<MessageId>());
  const first = await say(bensGroup, "while it waited");
  const second = await say(first.group, "still on the way");
  const heard = await hear(adasGroup, first);
  const adopted = adoptCommit(pending, heard.group);
  expect(textOf(await hear(adopted, second))).toBe("still on the way");
  expect(hear(adopted, first)).rejects.toMatchObject({ reason: "not_decrypted" });
  expect(textOf(await hear(pending, first))).toBe("while it waited");
  const bens = await receiveCommit(second.group, bundle.commit);
  if (bens.kind !== "advanced") throw new Error("ben was removed");
  expect(epochAuthenticatorHash(bens.group)).toEqual(epochAuthenticatorHash(adopted));
});

test("a pending group takes no place but the one it was made for", async () => {
  const { adasGroup } = await directConversation();
  const first = await commitUpdate(adasGroup, newId<MessageId>());
  const second = await commitUpdate(first.pending, newId<MessageId>());
  expect(() => adoptCommit(second.pending, adasGroup)).toThrow("wrong_epoch");
});

test("an older copy of a device's state opens what the device itself has written since", async () => {
  const { ada, adasGroup } = await directConversation();
  const copy = { tree: encodeTree(adasGroup), ratchets: encodeRatchets(adasGroup), device: ada.device };
  const said = await say(adasGroup, "written after the copy");
  const heard = await hear(decodeGroup(copy), said);
  expect([textOf(heard), heard.sender.deviceId]).toEqual(["written after the copy", ada.device.deviceId]);
  const next = await say(heard.group, "the next");
  expect(next.ciphertext).not.toEqual(said.ciphertext);
  expect(textOf(await hear(decodeGroup(copy), next))).toBe("the next");
});
