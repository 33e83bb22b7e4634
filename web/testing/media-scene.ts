import type { AttachmentId, ConversationId, MessageId } from "../../src/protocol/ids.ts";
import type { AttachmentView, MessageView } from "../delivery/patches.ts";
import type { Scene } from "./scene.ts";

const WIDE = { width: 640, height: 360 };
const FILM_LASTS = 3_000;
const FRAMES_A_SECOND = 10;

const FILES: readonly Omit<AttachmentView, "id">[] = [
  { name: "first.png", type: "image/png", size: 40_000, dimensions: WIDE },
  { name: "party.webm", type: "video/webm", size: 90_000, dimensions: WIDE },
  { name: "last.png", type: "image/png", size: 40_000, dimensions: WIDE },
];

/** A picture, a film and a picture again; what is fetched is drawn and recorded by the page itself. */
export function withMedia(scene: Scene, conversationId: ConversationId): Scene {
  const before = scene.messages.get(conversationId) ?? [];
  const newest = before.at(-1);
  if (!newest) return scene;
  const sent = FILES.map((file, index): MessageView => {
    const id = `file-${index}`.padEnd(22, "A");
    return {
      ...newest,
      id: `said-${index}`.padEnd(22, "A") as MessageId,
      sequence: (newest.sequence ?? 0) + 1 + index,
      body: { kind: "text", text: "", attachments: [{ ...file, id: id as AttachmentId }] },
    };
  });
  const fetchFile = (id: AttachmentId) => (id.startsWith("file-1") ? recordFilm() : drawPicture());
  return {
    ...scene,
    messages: new Map(scene.messages).set(conversationId, [...before, ...sent]),
    fetchFile,
  };
}

function drawPicture(): Promise<Blob> {
  const canvas = new OffscreenCanvas(WIDE.width, WIDE.height);
  paint(canvas.getContext("2d"), 0);
  return canvas.convertToBlob({ type: "image/png" });
}

async function recordFilm(): Promise<Blob> {
  const canvas = Object.assign(document.createElement("canvas"), WIDE);
  const context = canvas.getContext("2d");
  const recorder = new MediaRecorder(canvas.captureStream(FRAMES_A_SECOND), { mimeType: "video/webm" });
  const pieces: Blob[] = [];
  recorder.ondataavailable = ({ data }) => void pieces.push(data);
  const stopped = new Promise((resolve) => {
    recorder.onstop = resolve;
  });
  const began = performance.now();
  const painting = setInterval(() => paint(context, performance.now() - began), 1000 / FRAMES_A_SECOND);
  recorder.start();
  setTimeout(() => recorder.stop(), FILM_LASTS);
  await stopped;
  clearInterval(painting);
  return new Blob(pieces, { type: "video/webm" });
}

function paint(
  context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D | null,
  at: number,
): void {
  if (!context) throw new Error("no canvas");
  context.fillStyle = "teal";
  context.fillRect(0, 0, WIDE.width, WIDE.height);
  context.fillStyle = "gold";
  context.fillRect((at / FILM_LASTS) * WIDE.width, 120, 80, 120);
}
