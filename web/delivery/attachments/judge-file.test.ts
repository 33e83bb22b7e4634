import { expect, test } from "bun:test";
import { recognise } from "../../attachments/recognise.ts";
import { judgeFile } from "./judge-file.ts";

const PNG = "89504e470d0a1a0a0000000d";
const JPEG = "ffd8ffe000104a464946";
const WEBM = "1a45dfa39f4286";
const PDF = "255044462d312e37";
const ZIP = "504b030414000600";
const PROGRAM = "4d5a90000300";
const HEIC = "00000018667479706865696300000000";
const AVIF = "0000002066747970617669660000";
const MP4 = "000000206674797069736f6d0000";
const TEXT = Buffer.from("Grandmother's rice").toString("hex");
const PAGE = Buffer.from("\n<!DOCTYPE html><script>").toString("hex");
const DRAWING = Buffer.from('<?xml version="1.0"?><svg xmlns="x">').toString("hex");

const [taken, refused, disagrees] = ["allowed", "attachment.not_allowed", "attachment.disagrees"] as const;

test.each([
  /* The list; name, type and content; the verdict. */
  [[], "x.exe", "image/png", PROGRAM, taken],
  [["image/*"], "x.png", "image/png", PNG, taken],
  [["IMAGE/*"], "X.PNG", "Image/PNG", PNG, taken],
  [["image/*"], "x.exe", "image/png", PROGRAM, disagrees],
  [["image/*"], "x.exe", "image/png", PNG, disagrees],
  [["image/*"], "x.png", "image/png", PROGRAM, disagrees],
  [["image/*"], "x.png", "image/png", JPEG, disagrees],
  [["image/*"], "x.png", "", PNG, taken],
  [["image/*"], "x.png", "application/octet-stream", PNG, taken],
  [["image/*"], "x", "", PNG, taken],
  [["image/*"], "x.foo", "image/foo", TEXT, refused],
  [["image/*"], "x.heic", "", HEIC, taken],
  [["image/*"], "x.avif", "image/avif", AVIF, taken],
  [["image/avif"], "x.heic", "image/heic", HEIC, refused],
  [["image/*"], "x.svg", "image/svg+xml", DRAWING, taken],
  [["image/*"], "x.svg", "image/svg+xml", PAGE, disagrees],
  [["image/*"], "x.pdf", "application/pdf", PDF, refused],
  [[".pdf"], "X.Pdf", "application/pdf", PDF, taken],
  [[".PDF"], "x.pdf", "", PDF, taken],
  [[".pdf"], "x.pdf", "text/html", PDF, disagrees],
  [[".pdf"], "x.pdf", "application/pdf", PAGE, disagrees],
  [[".pdf"], "x.pdf.exe", "application/pdf", PDF, disagrees],
  [[".pdf"], "x.exe", "", PROGRAM, refused],
  [[".docx"], "x.docx", "", ZIP, taken],
  [["application/zip"], "x.jar", "application/zip", ZIP, disagrees],
  [["application/zip"], "x.zip", "application/x-zip-compressed", ZIP, refused],
  [[".txt", "text/*"], "x.log", "text/plain", TEXT, taken],
  [["text/*"], "x.py", "text/plain", TEXT, taken],
  [["text/*"], "x.txt", "text/plain", PROGRAM, disagrees],
  [["text/plain"], "x.html", "text/plain", PAGE, disagrees],
  [["text/plain"], "x.bat", "text/plain", TEXT, disagrees],
  [["audio/*"], "voice-note", "audio/webm;codecs=opus", WEBM, taken],
  [["audio/*"], "voice-note", "audio/mp4", MP4, taken],
  [["video/*"], "x.mp4", "video/mp4", MP4, taken],
  [["video/*"], "x.mp4", "video/mp4", WEBM, disagrees],
  [[".dwg"], "x.dwg", "image/vnd.dwg", "414331303332", taken],
  [["application/x-own"], "x.own", "application/x-own", "00ff", taken],
] as const)("of a list %p, %s as %p beginning with %s is %s", async (allowed, name, type, hex, verdict) => {
  const content = new Blob([Uint8Array.fromHex(hex)]);
  const leads = (await recognise(content)) ?? null;
  expect(judgeFile(allowed, { name, type, leads })).toBe(verdict);
});

test("where the content could not be read, name and type have to agree", () => {
  const unread = { leads: undefined };
  expect(judgeFile(["image/*"], { name: "x.png", type: "image/png", ...unread })).toBe("allowed");
  expect(judgeFile(["image/*"], { name: "x.exe", type: "image/png", ...unread })).toBe(disagrees);
});
