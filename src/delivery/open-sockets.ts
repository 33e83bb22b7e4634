import type { Limits } from "../config/config.ts";
import { addressKey } from "../limits/address-key.ts";
import type { AccountId } from "../protocol/ids.ts";

export interface SocketOwner {
  readonly accountId: AccountId;
  readonly ip: string;
}

/** How many sockets each account and each address holds open, from before their upgrade to their end. */
export function countSockets({ socketsPerAccount, socketsPerAddress }: Limits) {
  const open = new Map<string, number>();
  const add = (key: string, by: 1 | -1) => {
    const count = (open.get(key) ?? 0) + by;
    if (count > 0) open.set(key, count);
    else open.delete(key);
  };
  const keysOf = ({ accountId, ip }: SocketOwner) =>
    [`account ${accountId}`, `address ${addressKey(ip)}`] as const;
  return {
    hasRoomFor(owner: SocketOwner): boolean {
      const [account, address] = keysOf(owner);
      return (open.get(account) ?? 0) < socketsPerAccount && (open.get(address) ?? 0) < socketsPerAddress;
    },
    enter(owner: SocketOwner) {
      for (const key of keysOf(owner)) add(key, 1);
    },
    leave(owner: SocketOwner) {
      for (const key of keysOf(owner)) add(key, -1);
    },
  };
}
