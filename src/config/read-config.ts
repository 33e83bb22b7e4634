import { existsSync, readFileSync } from "node:fs";
import { isIP } from "node:net";
import { join, resolve } from "node:path";
import * as v from "valibot";
import { LEVELS } from "../log/log.ts";
import { type Config, DEFAULT_LIMITS, type Limits, type S3Config } from "./config.ts";

/** A setting that cannot be used; the message names it, where it stands and what is allowed. */
export class ConfigInvalid extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ConfigInvalid";
  }
}

export interface ConfigSources {
  /** By the name of the flag, without dashes. */
  readonly flags: Readonly<Record<string, string | undefined>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly isTerminal: boolean;
}

interface Setting {
  /** In the file, as `section.key` or `key`. */
  readonly key: string;
  readonly variable: string;
  readonly flag?: string;
  readonly allowed: string;
  readonly schema: v.GenericSchema<unknown, unknown>;
}

const port = v.pipe(
  v.union([v.number(), v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number))]),
  v.integer(),
  v.minValue(0),
  v.maxValue(65535),
);
const yesOrNo = v.union([
  v.boolean(),
  v.pipe(
    v.picklist(["true", "false"]),
    v.transform((text) => text === "true"),
  ),
]);
const origin = v.pipe(
  v.string(),
  v.check((text) => isOrigin(text)),
  v.transform((text) => new URL(text).origin),
);
const list = v.union([
  v.array(v.string()),
  v.pipe(
    v.string(),
    v.transform((text) => text.split(",").map((part) => part.trim())),
  ),
]);
const origins = v.pipe(list, v.array(origin));
const proxies = v.pipe(list, v.array(v.pipe(v.string(), v.check(isNetwork))));
const atLeastOne = v.pipe(
  v.union([v.number(), v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number))]),
  v.safeInteger(),
  v.minValue(1),
);
const name = v.pipe(v.string(), v.minLength(1), v.maxLength(256));
const postgresUrl = v.pipe(v.string(), v.regex(/^postgres(ql)?:\/\/./));

function limit(name: string) {
  return {
    key: `limits.${name}`,
    variable: `LIMITS_${name.toUpperCase()}`,
    allowed: "a whole number from 1",
    schema: atLeastOne,
  };
}

const SETTINGS = {
  host: {
    key: "host",
    variable: "HOST",
    flag: "host",
    allowed: "an address to listen on",
    schema: v.pipe(v.string(), v.minLength(1)),
  },
  port: {
    key: "port",
    variable: "PORT",
    flag: "port",
    allowed: "a whole number from 0 to 65535",
    schema: port,
  },
  publicUrl: {
    key: "public_url",
    variable: "APP_URL",
    flag: "public-url",
    allowed: "http:// or https:// with a host and no path, for example https://chat.example.org",
    schema: origin,
  },
  allowedOrigins: {
    key: "allowed_origins",
    variable: "ALLOWED_ORIGINS",
    allowed: "origins such as https://chat.example.org, separated by commas",
    schema: origins,
  },
  trustedProxies: {
    key: "trusted_proxies",
    variable: "TRUSTED_PROXIES",
    allowed: "addresses or networks such as 127.0.0.1 or 10.0.0.0/8, separated by commas",
    schema: proxies,
  },
  messagesAtOnce: limit("messages_at_once"),
  messagesPerSecond: limit("messages_per_second"),
  socketsPerAccount: limit("sockets_per_account"),
  socketsPerAddress: limit("sockets_per_address"),
  undeliveredBytes: limit("undelivered_bytes"),
  archiveBytes: limit("archive_bytes"),
  databaseUrl: {
    key: "database.url",
    variable: "DATABASE_URL",
    allowed: "postgres://…, or nothing for SQLite",
    schema: postgresUrl,
  },
  migrationDatabaseUrl: {
    key: "database.migration_url",
    variable: "MIGRATION_DATABASE_URL",
    allowed: "postgres://…",
    schema: postgresUrl,
  },
  s3Endpoint: {
    key: "s3.endpoint",
    variable: "S3_ENDPOINT",
    allowed: "http:// or https:// with a host, for example https://s3.example.org",
    schema: origin,
  },
  s3Bucket: { key: "s3.bucket", variable: "S3_BUCKET", allowed: "the bucket's name", schema: name },
  s3Region: { key: "s3.region", variable: "S3_REGION", allowed: "the region's name", schema: name },
  s3AccessKeyId: {
    key: "s3.access_key_id",
    variable: "S3_ACCESS_KEY_ID",
    allowed: "the access key's id",
    schema: name,
  },
  s3SecretAccessKey: {
    key: "s3.secret_access_key",
    variable: "S3_SECRET_ACCESS_KEY",
    allowed: "the access key's secret",
    schema: name,
  },
  secureCookies: {
    key: "secure_cookies",
    variable: "COOKIE_SECURE",
    allowed: "true or false",
    schema: yesOrNo,
  },
  logLevel: {
    key: "log.level",
    variable: "LOG_LEVEL",
    allowed: LEVELS.join(", "),
    schema: v.picklist(LEVELS),
  },
  logFormat: {
    key: "log.format",
    variable: "LOG_FORMAT",
    allowed: "json, text",
    schema: v.picklist(["json", "text"]),
  },
} as const satisfies Record<string, Setting>;

type Values = { [Name in keyof typeof SETTINGS]?: v.InferOutput<(typeof SETTINGS)[Name]["schema"]> };

const DEFAULT_PORT = 3000;

/**
 * Flags over environment over file. The file is `--config`, else `elahe.toml` in the data folder, else
 * `/etc/elahe/elahe.toml`. Throws `ConfigInvalid` on the first thing that cannot be used.
 */
export function readConfig(sources: ConfigSources): Config {
  const dataFolder = resolve(sources.flags["data"] ?? sources.environment["ELAHE_DATA"] ?? "data");
  const values = collect(sources, readFile(sources, dataFolder));
  const listenPort = values.port ?? DEFAULT_PORT;
  const publicOrigin = values.publicUrl ?? `http://localhost:${listenPort}`;
  return {
    dataFolder,
    host: values.host ?? (values.publicUrl === undefined ? "127.0.0.1" : "0.0.0.0"),
    port: listenPort,
    publicOrigin,
    allowedOrigins: values.allowedOrigins ?? [],
    trustedProxies: values.trustedProxies ?? [],
    limits: limitsFrom(values),
    secureCookies: values.secureCookies ?? publicOrigin.startsWith("https://"),
    databaseUrl: values.databaseUrl,
    migrationDatabaseUrl: values.migrationDatabaseUrl,
    s3: s3From(values),
    logLevel: values.logLevel ?? "info",
    logFormat: values.logFormat ?? (sources.isTerminal ? "text" : "json"),
  };
}

function limitsFrom(values: Values): Limits {
  const settled = Object.keys(DEFAULT_LIMITS) as (keyof Limits)[];
  const given = settled.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]]));
  return { ...DEFAULT_LIMITS, ...Object.fromEntries(given) };
}

/** All of it or nothing: half a store would lose files. */
function s3From(values: Values): S3Config | undefined {
  const { s3Endpoint: endpoint, s3Bucket: bucket, s3AccessKeyId, s3SecretAccessKey } = values;
  const given = [endpoint, bucket, s3AccessKeyId, s3SecretAccessKey, values.s3Region];
  if (given.every((value) => value === undefined)) return undefined;
  if (!endpoint || !bucket || !s3AccessKeyId || !s3SecretAccessKey)
    throw new ConfigInvalid(
      "s3: endpoint, bucket, access_key_id and secret_access_key are needed together, or none of them.",
    );
  return {
    endpoint,
    bucket,
    accessKeyId: s3AccessKeyId,
    secretAccessKey: s3SecretAccessKey,
    region: values.s3Region ?? "us-east-1",
  };
}

interface FileSettings {
  readonly path: string;
  readonly values: ReadonlyMap<string, unknown>;
  readonly lines: readonly string[];
}

function readFile(sources: ConfigSources, dataFolder: string): FileSettings | undefined {
  const named = sources.flags["config"];
  if (named !== undefined && !existsSync(named))
    throw new ConfigInvalid(`--config: there is no file ${named}.`);
  const path = named ?? [join(dataFolder, "elahe.toml"), "/etc/elahe/elahe.toml"].find(existsSync);
  if (path === undefined) return undefined;
  const text = readFileSync(path, "utf8");
  return { path, values: flatten(parseToml(path, text)), lines: text.split("\n") };
}

function parseToml(path: string, text: string): object {
  try {
    return Bun.TOML.parse(text);
  } catch (error) {
    throw new ConfigInvalid(
      `${path} is not valid TOML: ${error instanceof Error ? error.message : "unreadable"}`,
    );
  }
}

function flatten(table: object, prefix = ""): Map<string, unknown> {
  const flat = new Map<string, unknown>();
  for (const [key, value] of Object.entries(table)) {
    const isTable = typeof value === "object" && value !== null && !Array.isArray(value);
    if (!isTable) flat.set(`${prefix}${key}`, value);
    else for (const [inner, deep] of flatten(value, `${prefix}${key}.`)) flat.set(inner, deep);
  }
  return flat;
}

function collect(sources: ConfigSources, file: FileSettings | undefined): Values {
  refuseUnknownKeys(file);
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries<Setting>(SETTINGS)) {
    const found = find(setting, sources, file);
    if (found === undefined) continue;
    const parsed = v.safeParse(setting.schema, found.value);
    if (!parsed.success) throw new ConfigInvalid(`${found.where}: must be ${setting.allowed}.`);
    values[name] = parsed.output;
  }
  return values as Values;
}

function find(setting: Setting, sources: ConfigSources, file: FileSettings | undefined) {
  const flag = setting.flag === undefined ? undefined : sources.flags[setting.flag];
  if (flag !== undefined) return { value: flag, where: `--${setting.flag}` };
  const variable = sources.environment[setting.variable];
  if (variable !== undefined && variable !== "") return { value: variable, where: setting.variable };
  if (file === undefined || !file.values.has(setting.key)) return undefined;
  return { value: file.values.get(setting.key), where: placeInFile(file, setting.key) };
}

function refuseUnknownKeys(file: FileSettings | undefined) {
  if (file === undefined) return;
  const known = Object.values<Setting>(SETTINGS).map(({ key }) => key);
  const unknown = [...file.values.keys()].find((key) => !known.includes(key));
  if (unknown === undefined) return;
  throw new ConfigInvalid(
    `${placeInFile(file, unknown)}: there is no such setting. Known are ${known.join(", ")}.`,
  );
}

function placeInFile(file: FileSettings, key: string): string {
  const last = key.split(".").at(-1) ?? key;
  const line = file.lines.findIndex((text) => new RegExp(`^\\s*"?${RegExp.escape(last)}"?\\s*=`).test(text));
  return line < 0 ? `${file.path}: ${key}` : `${file.path}, line ${line + 1}: ${key}`;
}

function isNetwork(text: string): boolean {
  const [address = "", bits, ...more] = text.split("/");
  const family = isIP(address);
  const most = family === 6 ? 128 : 32;
  return (
    family !== 0 &&
    more.length === 0 &&
    (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most))
  );
}

function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  return (
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    url.pathname === "/" &&
    url.search === "" &&
    url.hash === ""
  );
}
