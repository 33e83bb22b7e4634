import type { AccountId, DeviceId, SessionId } from "./protocol/ids.ts";

/**
 * What has happened, told after its commit by the domain where it happened to the domains right of it.
 * A listener must not throw and does nothing slow.
 */
export type Fact =
  | { readonly kind: "session_ended"; readonly sessionId: SessionId; readonly accountId: AccountId }
  /** Its device or role is another than before. */
  | { readonly kind: "session_changed"; readonly sessionId: SessionId; readonly accountId: AccountId }
  /** Its sessions have ended. */
  | { readonly kind: "device_revoked"; readonly accountId: AccountId; readonly deviceId: DeviceId }
  | { readonly kind: "device_registered"; readonly accountId: AccountId; readonly deviceId: DeviceId };

export interface Facts {
  publish(fact: Fact): void;
  subscribe<Kind extends Fact["kind"]>(
    kind: Kind,
    listener: (fact: Extract<Fact, { kind: Kind }>) => void,
  ): () => void;
}

export function openFacts(): Facts {
  const listeners = new Map<string, Set<(fact: Fact) => void>>();
  return {
    publish(fact) {
      for (const listener of listeners.get(fact.kind) ?? []) listener(fact);
    },
    subscribe(kind, listener) {
      const heard = listener as (fact: Fact) => void;
      const ofKind = listeners.get(kind) ?? new Set();
      listeners.set(kind, ofKind.add(heard));
      return () => ofKind.delete(heard);
    },
  };
}
