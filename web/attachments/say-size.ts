import { locale } from "../languages/language.ts";

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** A file's size in the largest unit that leaves something before the point. */
export function saySize(bytes: number): string {
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const unit = UNITS[step] ?? "byte";
  const digits = { maximumFractionDigits: step === 0 ? 0 : 1 };
  return new Intl.NumberFormat(locale.value, { style: "unit", unit, unitDisplay: "short", ...digits }).format(
    bytes / 1000 ** step,
  );
}

export function sayDuration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const two = new Intl.NumberFormat(locale.value, { minimumIntegerDigits: 2 });
  const whole = new Intl.NumberFormat(locale.value, { useGrouping: false });
  return `${whole.format(Math.floor(seconds / 60))}:${two.format(seconds % 60)}`;
}
