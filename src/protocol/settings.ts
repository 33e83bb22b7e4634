import * as v from "valibot";
import { registrationMode } from "./accounts.ts";
import { route } from "./route.ts";
import { count, text } from "./values.ts";

/** Far above what any disk holds, and still a number. */
const bytes = v.pipe(count, v.maxValue(2 ** 50));

/** Endings (`.pdf`) and media types (`image/png`, `image/*`). */
export const attachmentKind = v.pipe(text(100), v.regex(/^(\.[\w.+-]+|[\w.+-]+\/([\w.+-]+|\*))$/));

/** What an administrator chooses while the server runs: each is one line here, one in `src/settings`, one in the view. */
export const serverSettings = v.strictObject({
  registration: registrationMode,
  serverName: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(120), v.regex(/^\P{Cc}+$/u)),
  /** Bytes of one encrypted file, and of all files of one account. */
  attachmentLargest: bytes,
  attachmentQuota: bytes,
  /** Empty: everything. */
  attachmentsAllowed: v.pipe(v.array(attachmentKind), v.maxLength(200)),
});
export type ServerSettings = v.InferOutput<typeof serverSettings>;
export type SettingName = keyof ServerSettings;

/** Only what is named changes, all of it or nothing. */
export const settingChanges = v.partial(serverSettings);
export type SettingChanges = v.InferOutput<typeof settingChanges>;

export const showSettings = route({
  method: "GET",
  path: "/api/settings",
  who: "admin",
  codec: "json",
  input: v.object({}),
  output: serverSettings,
});

export const changeSettings = route({
  method: "POST",
  path: "/api/settings",
  who: "admin",
  codec: "json",
  input: settingChanges,
  output: serverSettings,
});
