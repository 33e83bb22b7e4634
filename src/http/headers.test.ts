import { expect, test } from "bun:test";
import type { Config } from "../config/config.ts";
import { readConfig } from "../config/read-config.ts";
import { securityHeaders } from "./headers.ts";

function headersAt(publicUrl: string): Readonly<Record<string, string>> {
  const config: Config = readConfig({
    flags: { data: "/nonexistent", "public-url": publicUrl },
    environment: {},
    isTerminal: false,
  });
  return securityHeaders(config);
}

test("browsers are told to insist on https only where a real domain has it", () => {
  expect(headersAt("https://chat.example.org")["strict-transport-security"]).toContain("max-age=");
  for (const origin of [
    "http://chat.example.org",
    "https://localhost:3000",
    "https://192.168.1.7",
    "https://[::1]",
  ]) {
    expect(headersAt(origin)["strict-transport-security"]).toBeUndefined();
  }
});

test("plain http is not upgraded, or its pages would never load", () => {
  expect(headersAt("http://192.168.1.7:3000")["content-security-policy"]).not.toContain("upgrade-insecure");
});

test("the page may open its socket and nothing else", () => {
  const policy = headersAt("https://chat.example.org")["content-security-policy"] ?? "";
  expect(policy).toContain("connect-src 'self' wss://chat.example.org");
});

test("one policy may make addresses of scripts, and only once", () => {
  const policy = headersAt("https://chat.example.org")["content-security-policy"] ?? "";
  const directives = policy.split("; ").filter((one) => one.startsWith("trusted-types"));
  expect(directives).toEqual(["trusted-types elahe"]);
  expect(policy.split("; ")).toContain("require-trusted-types-for 'script'");
});
