import type { AuthenticationService } from "ts-mls/authenticationService.js";
import type { ClientConfig } from "ts-mls/clientConfig.js";
import { holderOf } from "../../src/protocol/group-facts.ts";

/**
 * Whom the library accepts: a leaf whose credential verifies for its own key under this origin, and nobody
 * else. What such a leaf may do is judged elsewhere (`judgeCommit`). Lifetimes never reject what is received.
 */
export function trustOf(origin: string): ClientConfig {
  const authService: AuthenticationService = {
    async validateCredential(credential, signaturePublicKey) {
      return (
        (await holderOf({ credential, signaturePublicKey, hpkePublicKey: new Uint8Array() }, origin)) !==
        undefined
      );
    },
    async validateExternalSender(credential, signaturePublicKey) {
      return credential.credentialType === "basic" && signaturePublicKey.byteLength === 32;
    },
    async validateSuccessor(replaced, joiner) {
      const [before, after] = await Promise.all([holderOf(replaced, origin), holderOf(joiner, origin)]);
      return before !== undefined && after !== undefined && before.accountId === after.accountId;
    },
  };
  return {
    authService,
    keyRetentionConfig: {
      retainKeysForGenerations: 1000,
      maximumForwardRatchetSteps: 2000,
      retainKeysForEpochs: 3,
    },
    lifetimeConfig: { maximumTotalLifetime: 100n * 24n * 3600n, validateLifetimeOnReceive: false },
    keyPackageEqualityConfig: {
      compareKeyPackages: (one, other) => sameKey(one.leafNode, other.leafNode),
      compareKeyPackageToLeafNode: (one, leaf) => sameKey(one.leafNode, leaf),
    },
    /** Contents are padded before they come here. */
    paddingConfig: { kind: "alwaysPad", paddingLength: 0 },
  };
}

function sameKey(
  one: { signaturePublicKey: Uint8Array },
  other: { signaturePublicKey: Uint8Array },
): boolean {
  return one.signaturePublicKey.toHex() === other.signaturePublicKey.toHex();
}
