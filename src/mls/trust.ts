import type { ClientConfig } from "ts-mls/clientConfig.js";
import { holderOf } from "../protocol/group-facts.ts";

type Trust = Pick<ClientConfig, "authService" | "lifetimeConfig">;

/** Leaves are accepted by their credential's chain alone; lifetimes never reject a tree that is in use. */
export function trustOf(origin: string): Trust {
  return {
    authService: {
      async validateCredential(credential, signaturePublicKey) {
        return (
          (await holderOf({ credential, signaturePublicKey, hpkePublicKey: new Uint8Array() }, origin)) !==
          undefined
        );
      },
    },
    lifetimeConfig: { maximumTotalLifetime: 0n, validateLifetimeOnReceive: false },
  };
}
