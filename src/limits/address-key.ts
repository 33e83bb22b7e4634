/**
 * What counts as one address: an IPv4 address, or the /64 that an IPv6 address lies in, because one
 * customer has at least that many. IPv4 mapped into IPv6 counts as IPv4.
 */
export function addressKey(ip: string): string {
  if (!ip.includes(":")) return ip;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1];
  if (mapped !== undefined) return mapped;
  return expand(ip).slice(0, 4).join(":");
}

function expand(ip: string): string[] {
  const [head = "", tail] = (ip.split("%")[0] ?? ip).split("::");
  const front = head.split(":").filter((part) => part !== "");
  const back = (tail ?? "").split(":").filter((part) => part !== "");
  const missing = tail === undefined ? 0 : Math.max(0, 8 - front.length - back.length);
  return [...front, ...Array<string>(missing).fill("0"), ...back].map((part) =>
    part.toLowerCase().replace(/^0+(?=.)/, ""),
  );
}
