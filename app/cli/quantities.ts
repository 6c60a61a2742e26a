import type { Language } from "./language.ts";

/** Numbers and times as people of a language write them. Times are local, with the day only where it is not today. */

/** `0.6`, `12`: seconds with a digit behind the point below ten. */
export function secondsText(durationMs: number, language: Language): string {
  const seconds = durationMs / 1000;
  return new Intl.NumberFormat(language, { maximumFractionDigits: seconds < 10 ? 1 : 0 }).format(seconds);
}

const byteUnits = ["kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** `512 B`, `340 kB`, `1.2 MB`: powers of 1,000. */
export function bytesText(bytes: number, language: Language): string {
  const power = Math.min(byteUnits.length, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const unit = byteUnits[power - 1];
  if (unit === undefined) return `${bytes} B`;
  const value = bytes / 1000 ** power;
  const maximumFractionDigits = value < 10 ? 1 : 0;
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits }).format(
    value,
  );
}

/** `45 sec`, `12 min`, `3 hr 5 min`, `2 days`: the two largest units, in the language's short form. */
export function durationText(durationMs: number, language: Language): string {
  const total = Math.max(0, Math.round(durationMs / 1000));
  const [days, hours, minutes] = [
    Math.floor(total / 86_400),
    Math.floor(total / 3600) % 24,
    Math.floor(total / 60) % 60,
  ];
  const unit = (value: number, name: "day" | "hour" | "minute" | "second") =>
    value === 0 && name !== "second"
      ? []
      : [new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "short" }).format(value)];
  if (days > 0) return [...unit(days, "day"), ...unit(hours, "hour")].join(" ");
  if (hours > 0) return [...unit(hours, "hour"), ...unit(minutes, "minute")].join(" ");
  return (minutes > 0 ? unit(minutes, "minute") : unit(total, "second")).join(" ");
}

/** `14:05`, or `2026-11-20 14:05` where that is another day. The same in every language: nobody misreads it. */
export function timeText(time: string, nowMs: number): string {
  const [day, clock] = dayAndClock(new Date(time));
  const [today] = dayAndClock(new Date(nowMs));
  return day === today ? clock : `${day} ${clock}`;
}

/** `2026-11-20 14:05`. */
export function fullTimeText(time: string): string {
  return dayAndClock(new Date(time)).join(" ");
}

function dayAndClock(date: Date): readonly [string, string] {
  const two = (value: number) => String(value).padStart(2, "0");
  return [
    `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`,
    `${two(date.getHours())}:${two(date.getMinutes())}`,
  ];
}

/** `AB12 CD34 …`: a fingerprint in groups of four, as people read it to each other. */
export function fingerprintText(sha256: string): string {
  return (
    sha256
      .toUpperCase()
      .match(/.{1,4}/g)
      ?.join(" ") ?? ""
  );
}
