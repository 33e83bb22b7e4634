import type { Lead } from "./file-kinds.ts";

const LOOKED_AT = 1024;

/** In hexadecimal, a dot for whatever it is. */
const BEGINNINGS: readonly (readonly [Lead, string])[] = [
  ["png", "89504e470d0a1a0a"],
  ["jpeg", "ffd8ff"],
  ["gif", "47494638"],
  ["webp", "52494646........57454250"],
  ["wave", "52494646........57415645"],
  ["bmp", "424d............0000"],
  ["icon", "00000100"],
  ["tiff", "49492a00"],
  ["tiff", "4d4d002a"],
  ["tiff", "49492b00"],
  ["jxl", "ff0a"],
  ["jxl", "0000000c4a584c20"],
  ["raw", "46554a4946494c4d"],
  ["raw", "4949524f"],
  ["raw", "49495500"],
  ["matroska", "1a45dfa3"],
  ["ogg", "4f676753"],
  ["mp3", "494433"],
  ["mp3", "fffb"],
  ["mp3", "fff3"],
  ["mp3", "fff2"],
  ["aac", "fff1"],
  ["aac", "fff9"],
  ["flac", "664c6143"],
  ["pdf", "255044462d"],
  ["zip", "504b0304"],
  ["zip", "504b0506"],
  ["old_office", "d0cf11e0a1b11ae1"],
  ["gzip", "1f8b08"],
  ["7z", "377abcaf271c"],
  ["rar", "526172211a07"],
  ["program", "4d5a"],
  ["program", "7f454c46"],
  ["program", "2321"],
];

/** By the names that ISO/IEC 14496-12 files give themselves; `mif1` alone may be either kind of picture. */
const BRANDS: readonly (readonly [Lead, RegExp])[] = [
  ["avif", /^avi[fs]/],
  ["heic", /^(hei[cmsx]|hev[cmsx]|mif1|msf1)/],
  ["raw", /^crx/],
];

/** What a file is by its first bytes, whatever it is called. Throws where it cannot be read. */
export async function recognise(file: Blob): Promise<Lead | undefined> {
  const bytes = new Uint8Array(await file.slice(0, LOOKED_AT).arrayBuffer());
  const hex = bytes.slice(0, 16).toHex();
  const found = BEGINNINGS.find(([, beginning]) => new RegExp(`^${beginning}`).test(hex));
  if (found) return found[0];
  const text = new TextDecoder("utf-8").decode(bytes);
  if (text.slice(4, 8) === "ftyp") return BRANDS.find(([, brand]) => brand.test(text.slice(8)))?.[0] ?? "mp4";
  const words = text.trimStart().toLowerCase();
  if (/^(<!doctype html|<html|<head|<body|<script)/.test(words)) return "html";
  return words.startsWith("<") && /<svg[\s>]/.test(words) ? "svg" : undefined;
}
