import { rgbaToThumbHash } from "thumbhash";
import type { AttachmentId } from "../../src/protocol/ids.ts";
import type { AttachmentView, MessageView, UploadView } from "../delivery/patches.ts";
import { message } from "./everyday-scene.ts";
import type { Scene } from "./scene.ts";
import { CONVERSATION, testId } from "./test-ids.ts";

const { darius } = CONVERSATION;
const SIZE = { width: 1200, height: 800 };

const SAID = {
  en: {
    pictures: "The garden this morning",
    plan: "Plan of the garden, second draft with all measurements.pdf",
  },
  fa: { pictures: "باغ، امروز صبح", plan: "نقشهٔ باغ، پیش‌نویس دوم با همهٔ اندازه‌ها.pdf" },
} as const;

/** Files of each kind that came and went, and some that are on their way. */
export function withFiles(scene: Scene, now: number, tongue: keyof typeof SAID): Scene {
  const words = SAID[tongue];
  const before = scene.messages.get(darius) ?? [];
  const said = (
    index: number,
    from: "me" | "them",
    text: string,
    attachments: AttachmentView[],
  ): MessageView => ({
    ...message(darius, before.length + index, [from, 5 - index, text, "read"], now),
    body: { kind: "text", text, attachments },
  });
  const picture = (number: number, name: string) => ({
    ...file(number, name, "image/jpeg", 340_000),
    dimensions: SIZE,
    thumbhash: blurOf(number),
  });
  const hills = picture(1, "hills.jpg");
  const river = picture(2, "river.jpg");
  const going = picture(7, "well.jpg");
  const list = [
    said(0, "them", words.pictures, [hills, river]),
    said(1, "them", "", [picture(3, "gone.jpg")]),
    said(2, "me", "", [{ ...file(4, "walk.mp4", "video/mp4", 8_400_000), dimensions: SIZE }]),
    said(3, "them", "", [{ ...file(5, "voice-note", "audio/webm", 38_000), voice: spoken() }]),
    said(4, "me", "", [file(6, words.plan, "application/pdf", 1_240_000)]),
    { ...said(5, "me", "", [going]), sequence: undefined, mark: "waiting" as const },
  ];
  const upload = (view: AttachmentView, phase: UploadView["phase"], done: number): UploadView => ({
    ...view,
    conversationId: darius,
    phase,
    done,
    failure: phase === "failed" ? "attachment.too_large" : undefined,
    messageId: undefined,
  });
  const uploads = [
    { ...upload(going, "uploading", 0.4), messageId: list.at(-1)?.id },
    upload(file(11, words.plan, "application/pdf", 1_240_000), "uploading", 0.62),
    upload(file(12, "hills.jpg", "image/jpeg", 340_000), "done", 1),
    upload(file(13, "walk.mp4", "video/mp4", 8_400_000_000), "failed", 0),
  ];
  const all = [...before, ...list];
  return {
    ...scene,
    patches: [...scene.patches, { kind: "uploads", uploads, gone: [], complete: true }],
    conversations: scene.conversations.map((view) =>
      view.id === darius ? { ...view, last: all.at(-1), readUpTo: all.length } : view,
    ),
    messages: new Map(scene.messages).set(darius, all),
    files: new Map([
      [hills.id, drawing("#7fb3c8", "#4c8f6b")],
      [river.id, drawing("#e0b48a", "#7a5c8e")],
    ]),
  };
}

function file(number: number, name: string, type: string, size: number): AttachmentView {
  return { id: testId<AttachmentId>(500 + number), name, type, size };
}

function spoken() {
  const peaks = Uint8Array.from(
    { length: 64 },
    (_, at) => 60 + Math.round(150 * Math.abs(Math.sin(at * 1.7))),
  );
  return { milliseconds: 14_000, peaks };
}

function drawing(sky: string, land: string): Blob {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="800"><rect width="1200" height="800" fill="${sky}"/><circle cx="900" cy="220" r="90" fill="#fff4d6"/><path d="M0 560 Q300 380 620 540 T1200 500 V800 H0Z" fill="${land}"/></svg>`;
  return new Blob([svg], { type: "image/svg+xml" });
}

function blurOf(seed: number): Uint8Array<ArrayBuffer> {
  const rgba = Uint8Array.from({ length: 6 * 4 * 4 }, (_, at) =>
    at % 4 === 3 ? 255 : (at * 7 + seed * 60) % 256,
  );
  return Uint8Array.from(rgbaToThumbHash(6, 4, rgba));
}
