import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
  [{ ALLOWED_ORIGINS: "https://a.example, nonsense" }, "ALLOWED_ORIGINS: must be origins such as"],
])("the environment %j is refused with its name and what is allowed", (environment, message) => {
  expect(() => read({ environment: environment as Record<string, string> })).toThrow(message);
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
