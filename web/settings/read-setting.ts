import * as v from "valibot";
import { serverSettings } from "../../src/protocol/settings.ts";

const MEBIBYTE = 1024 * 1024;
const { serverName, attachmentLargest, attachmentsAllowed } = serverSettings.entries;

export const readName = (text: string) => read(serverName, text);

/** Megabytes as people write them, in any digits and with either point, as bytes. */
export function readSize(text: string): number | undefined {
  const plain = text.trim().replace(/[۰-۹٠-٩]/g, (digit) => String(digit.charCodeAt(0) & 15));
  if (!/^\d+([.,٫]\d+)?$/.test(plain)) return undefined;
  return read(attachmentLargest, Math.round(Number(plain.replace(/[,٫]/, ".")) * MEBIBYTE));
}

export function writeSize(bytes: number): string {
  return String(Number((bytes / MEBIBYTE).toFixed(2)));
}

/** Endings and media types with anything between them. */
export const readKinds = (text: string) =>
  read(
    attachmentsAllowed,
    text
      .toLowerCase()
      .split(/[\s,;،؛]+/)
      .filter((kind) => kind !== ""),
  );

function read<Value>(schema: v.GenericSchema<unknown, Value>, value: unknown): Value | undefined {
  const parsed = v.safeParse(schema, value);
  return parsed.success ? parsed.output : undefined;
}
