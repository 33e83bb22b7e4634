const HOUR = 60 * 60 * 1000;
const EVENING = 18;
const MORNING = 9;

/** In an hour, this evening unless that is near or over, and tomorrow morning; in the person's time zone. */
export function laterTimes(now: number): readonly number[] {
  const soon = Math.ceil((now + HOUR) / (5 * 60_000)) * 5 * 60_000;
  const evening = new Date(now).setHours(EVENING, 0, 0, 0);
  const tomorrow = new Date(now);
  tomorrow.setDate(tomorrow.getDate() + 1);
  const morning = tomorrow.setHours(MORNING, 0, 0, 0);
  return [soon, ...(evening > soon ? [evening] : []), morning];
}

/** As a browser's own field for day and clock writes it: local, without a zone, in Latin digits. */
export function writeTime(time: number): string {
  const date = new Date(time);
  const two = (number: number) => String(number).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

export function readTime(written: string): number | undefined {
  const time = new Date(written).getTime();
  return Number.isFinite(time) ? time : undefined;
}
