import { expect, test } from "bun:test";
import { clientAddress, trustProxies } from "./client-address.ts";

const trusted = trustProxies(["127.0.0.1", "10.0.0.0/8", "2001:db8::/32"]);

test.each([
  ["nobody's word counts but a trusted proxy's", "198.51.100.7", "203.0.113.1", "198.51.100.7"],
  ["a trusted proxy says who is behind it", "127.0.0.1", "203.0.113.1", "203.0.113.1"],
  ["what the client wrote itself is not looked at", "127.0.0.1", "192.0.2.9, 203.0.113.1", "203.0.113.1"],
  ["a chain of trusted proxies is followed", "127.0.0.1", "192.0.2.9, 203.0.113.1, 10.1.2.3", "203.0.113.1"],
  ["an untrusted proxy ends the chain", "127.0.0.1", "203.0.113.1, 198.51.100.7, 10.1.2.3", "198.51.100.7"],
  ["what is no address ends it at the proxy", "127.0.0.1", "203.0.113.1, unknown", "127.0.0.1"],
  ["only proxies means the outermost", "127.0.0.1", "10.1.2.3", "10.1.2.3"],
  ["without a header it is the proxy", "127.0.0.1", null, "127.0.0.1"],
  ["IPv6 proxies are trusted by network", "2001:db8::5", "2a00::1", "2a00::1"],
  ["IPv4 over IPv6 is IPv4", "::ffff:127.0.0.1", "::ffff:203.0.113.1", "203.0.113.1"],
  ["a port behind the address is left out", "127.0.0.1", "203.0.113.1:4711", "203.0.113.1"],
  ["also behind an IPv6 address", "127.0.0.1", "[2a00::1]:4711", "2a00::1"],
  ["brackets alone are left out too", "127.0.0.1", "[2a00::1]", "2a00::1"],
  ["no peer is nobody", "", "203.0.113.1", ""],
])("%s", (_what, peer, forwardedFor, address) => {
  expect(clientAddress(peer, forwardedFor, trusted)).toBe(address);
});

test("without trusted proxies the header means nothing", () => {
  expect(clientAddress("127.0.0.1", "203.0.113.1", trustProxies([]))).toBe("127.0.0.1");
});
