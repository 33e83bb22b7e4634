import { encodeMlsMessage, encodeExternalSender as encodeSender, proposeExternal } from "ts-mls";
import { encodeExternalSenders } from "ts-mls/externalSender.js";
import { decodeMessage, orRefuse } from "./decode-message.ts";
import { openSuite } from "./suite.ts";

/** The server's own key as MLS external sender, raw Ed25519. */
export interface ExternalSenderKey {
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
}

/** The server as ExternalSender (RFC 9420 §12.1.8.1): what clients put into every group they found. */
export function encodeExternalSender(publicKey: Uint8Array, origin: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(encodeSender(senderOf(publicKey, origin)));
}

/** The whole extension as it must stand in a group that this server carries. */
export function encodeExternalSenderExtension(
  publicKey: Uint8Array,
  origin: string,
): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(encodeExternalSenders([senderOf(publicKey, origin)]));
}

function senderOf(signaturePublicKey: Uint8Array, origin: string) {
  const identity = new TextEncoder().encode(`elahe-server ${origin}`);
  return { signaturePublicKey, credential: { credentialType: "basic" as const, identity } };
}

/**
 * A Remove proposed by the server for the epoch of this GroupInfo, an MLSMessage with a PublicMessage; the next
 * member commits it by reference. It dies with the epoch.
 */
export async function proposeRemoval(of: {
  groupInfo: Uint8Array;
  leafIndex: number;
  key: ExternalSenderKey;
}): Promise<Uint8Array<ArrayBuffer>> {
  const { groupInfo } = decodeMessage(of.groupInfo, "mls_group_info", "commit.malformed");
  const suite = await openSuite(groupInfo.groupContext.cipherSuite, "commit.malformed");
  const message = await orRefuse("commit.malformed", () =>
    proposeExternal(
      groupInfo,
      { proposalType: "remove", remove: { removed: of.leafIndex } },
      of.key.publicKey,
      of.key.privateKey,
      suite,
    ),
  );
  return Uint8Array.from(encodeMlsMessage(message));
}
