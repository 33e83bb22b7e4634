import { BlockList, isIP } from "node:net";

/** Whose word on who is behind them counts; undefined: nobody's. */
export type Trusted = BlockList | undefined;

/** Addresses and networks in CIDR form, which the config has checked. */
export function trustProxies(proxies: readonly string[]): Trusted {
  if (proxies.length === 0) return undefined;
  const trusted = new BlockList();
  for (const proxy of proxies) {
    const [address = "", bits] = proxy.split("/");
    const family = familyOf(address);
    if (bits === undefined) trusted.addAddress(address, family);
    else trusted.addSubnet(address, Number(bits), family);
  }
  return trusted;
}

/**
 * Who asks: the peer of the connection, or, behind trusted proxies, the first address from the right of
 * X-Forwarded-For that is not a trusted proxy's. Whatever stands left of it anybody could have written.
 */
export function clientAddress(peer: string, forwardedFor: string | null, trusted: Trusted): string {
  let address = plain(peer);
  if (trusted === undefined) return address;
  const claimed = forwardedFor?.split(",").map((part) => withoutPort(part.trim())) ?? [];
  while (isIP(address) !== 0 && trusted.check(address, familyOf(address))) {
    const next = plain(claimed.pop() ?? "");
    if (isIP(next) === 0) return address;
    address = next;
  }
  return address;
}

/** Some proxies say `203.0.113.1:4711` or `[2001:db8::1]:4711`. */
function withoutPort(claimed: string): string {
  return /^\[(.+)\](?::\d+)?$/.exec(claimed)?.[1] ?? /^([\d.]+):\d+$/.exec(claimed)?.[1] ?? claimed;
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIP(address) === 6 ? "ipv6" : "ipv4";
}

/** An IPv4 address that came over an IPv6 socket is the IPv4 address. */
function plain(address: string): string {
  if (!address.startsWith("::")) return address;
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
}
