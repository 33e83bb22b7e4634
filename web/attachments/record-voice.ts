/** As many bars as a note is drawn with. */
const PEAKS = 48;
const LONGEST_MS = 10 * 60_000;
const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];

export interface Note {
  readonly file: Blob;
  readonly voice: { readonly milliseconds: number; readonly peaks: Uint8Array<ArrayBuffer> };
}

export interface Recording {
  /** How long it has been going on, in milliseconds. */
  readonly length: () => number;
  /** What was said, once the microphone is free again. */
  finish(): Promise<Note>;
  /** Throws it away. */
  cancel(): void;
}

/** Asks for the microphone. Throws what the browser throws when it may not, or when there is none. */
export async function recordVoice(onLongest: () => void): Promise<Recording> {
  const sound = await navigator.mediaDevices.getUserMedia({ audio: true });
  const type = TYPES.find((one) => MediaRecorder.isTypeSupported(one));
  const recorder = new MediaRecorder(sound, type === undefined ? {} : { mimeType: type });
  const parts: Blob[] = [];
  const began = performance.now();
  recorder.ondataavailable = ({ data }) => void parts.push(data);
  recorder.start(1_000);
  const longest = setTimeout(onLongest, LONGEST_MS);
  const release = () => {
    clearTimeout(longest);
    for (const track of sound.getTracks()) track.stop();
  };
  const stopped = new Promise<void>((resolve) => {
    recorder.onstop = () => resolve();
  });
  return {
    length: () => performance.now() - began,
    async finish() {
      if (recorder.state !== "inactive") recorder.stop();
      await stopped;
      release();
      const [bare = "audio/webm"] = recorder.mimeType.split(";");
      const file = new Blob(parts, { type: bare });
      return { file, voice: await measureVoice(file) };
    },
    cancel() {
      recorder.stop();
      release();
    },
  };
}

/** Length and loudness of what can really be heard, not of what the recorder believes. */
async function measureVoice(file: Blob): Promise<Note["voice"]> {
  const context = new OfflineAudioContext(1, 1, 44_100);
  const sound = await context.decodeAudioData(await file.arrayBuffer());
  return { milliseconds: Math.round(sound.duration * 1000), peaks: peaksOf(sound.getChannelData(0)) };
}

/** The loudest moment of each part, against the loudest of all. */
export function peaksOf(samples: Float32Array): Uint8Array<ArrayBuffer> {
  const loud = Array.from({ length: PEAKS }, (_, part) => {
    const [first, end] = [part, part + 1].map((edge) => Math.floor((edge * samples.length) / PEAKS));
    let most = 0;
    for (let at = first ?? 0; at < (end ?? 0); at += 1) most = Math.max(most, Math.abs(samples[at] ?? 0));
    return most;
  });
  const loudest = Math.max(...loud, Number.EPSILON);
  return Uint8Array.from(loud, (peak) => Math.round((peak / loudest) * 255));
}
