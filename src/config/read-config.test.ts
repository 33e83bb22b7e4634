import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_LIMITS } from "./config.ts";
import { readConfig } from "./read-config.ts";

const parent = mkdtempSync(join(tmpdir(), "elahe-config-"));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

function read(given: {
  flags?: Record<string, string>;
  environment?: Record<string, string>;
  file?: string;
}) {
  const data = mkdtempSync(join(parent, "data-"));
  if (given.file !== undefined) writeFileSync(join(data, "elahe.toml"), given.file);
  return readConfig({
    flags: { data, ...given.flags },
    environment: given.environment ?? {},
    isTerminal: false,
  });
}

test("nothing configured simply works, on loopback", () => {
  const config = read({});
  expect(config).toMatchObject({
    host: "127.0.0.1",
    port: 3000,
    publicOrigin: "http://localhost:3000",
    secureCookies: false,
    databaseUrl: undefined,
  });
});

test("a flag stands over the environment, the environment over the file", () => {
  const file = 'port = 1001\n[log]\nlevel = "warn"\n';
  expect(read({ file }).port).toBe(1001);
  expect(read({ file, environment: { PORT: "1002" } }).port).toBe(1002);
  expect(read({ file, environment: { PORT: "1002" }, flags: { port: "1003" } }).port).toBe(1003);
  expect(read({ file }).logLevel).toBe("warn");
});

test("a public address makes cookies secure and listens everywhere", () => {
  const config = read({ environment: { APP_URL: "https://chat.example.org" } });
  expect(config).toMatchObject({
    publicOrigin: "https://chat.example.org",
    secureCookies: true,
    host: "0.0.0.0",
  });
});

test.each([
  [{ PORT: "http" }, "PORT: must be a whole number from 0 to 65535."],
  [{ PORT: "70000" }, "PORT: must be a whole number from 0 to 65535."],
  [{ APP_URL: "chat.example.org" }, "APP_URL: must be http:// or https:// with a host"],
  [{ APP_URL: "https://chat.example.org/path" }, "APP_URL: must be http:// or https:// with a host"],
  [{ DATABASE_URL: "mysql://x" }, "DATABASE_URL: must be postgres://"],
  [{ COOKIE_SECURE: "yes" }, "COOKIE_SECURE: must be true or false."],
  [{ TRUSTED_PROXIES: "10.0.0.0/8, caddy" }, "TRUSTED_PROXIES: must be addresses or networks"],
  [{ TRUSTED_PROXIES: "10.0.0.0/33" }, "TRUSTED_PROXIES: must be addresses or networks"],
  [{ LIMITS_MESSAGES_PER_SECOND: "0" }, "LIMITS_MESSAGES_PER_SECOND: must be a whole number from 1."],
  [{ ALLOWED_ORIGINS: "https://a.example, nonsense" }, "ALLOWED_ORIGINS: must be origins such as"],
])("the environment %j is refused with its name and what is allowed", (environment, message) => {
  expect(() => read({ environment: environment as Record<string, string> })).toThrow(message);
});

test("limits and trusted proxies are settings, from the file and from the environment", () => {
  expect(read({})).toMatchObject({ trustedProxies: [], limits: DEFAULT_LIMITS });
  const file = 'trusted_proxies = ["10.0.0.0/8", "::1"]\n[limits]\nsockets_per_address = 7\n';
  const config = read({ file, environment: { LIMITS_UNDELIVERED_BYTES: "5" } });
  expect(config.trustedProxies).toEqual(["10.0.0.0/8", "::1"]);
  expect(config.limits).toEqual({ ...DEFAULT_LIMITS, socketsPerAddress: 7, undeliveredBytes: 5 });
  expect(read({ environment: { TRUSTED_PROXIES: "127.0.0.1, ::1" } }).trustedProxies).toEqual([
    "127.0.0.1",
    "::1",
  ]);
});

test("an object store is configured as a whole or not at all", () => {
  expect(read({}).s3).toBeUndefined();
  const file =
    '[s3]\nendpoint = "http://localhost:9000"\nbucket = "files"\naccess_key_id = "a"\nsecret_access_key = "b"\n';
  expect(read({ file }).s3).toMatchObject({ endpoint: "http://localhost:9000", region: "us-east-1" });
  expect(() => read({ environment: { S3_BUCKET: "files" } })).toThrow("are needed together, or none of them");
});

test("an error in the file names the line", () => {
  expect(() => read({ file: 'host = "::1"\nport = "many"\n' })).toThrow("elahe.toml, line 2: port: must be");
});

test("a setting that does not exist is an error, not a silence", () => {
  expect(() => read({ file: "prot = 3000\n" })).toThrow(
    "elahe.toml, line 1: prot: there is no such setting.",
  );
});

test("a file that was named must be there", () => {
  expect(() => read({ flags: { config: "/nowhere/elahe.toml" } })).toThrow(
    "there is no file /nowhere/elahe.toml",
  );
});
