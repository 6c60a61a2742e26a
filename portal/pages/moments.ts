import { useEffect, useState } from "react";

/** The time now, in ms since 1970, anew every `everyMs`. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

/** The person's own region of a language (`en-GB`), by which dates and hours are written; the language itself where there is none. */
export function regionOf(language: string, wanted: readonly string[] = navigator.languages): string {
  return wanted.find((tag) => tag === language || tag.startsWith(`${language}-`)) ?? language;
}

const steps: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["year", 365 * 86_400_000],
  ["month", 30 * 86_400_000],
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

/** `3 days ago`, `yesterday`, `now`. */
export function ago(time: string, now: number, language: string): string {
  const passedMs = Math.max(0, now - Date.parse(time));
  const [unit, sizeMs] = steps.find(([, size]) => passedMs >= size) ?? ["second", Number.POSITIVE_INFINITY];
  return new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(-Math.floor(passedMs / sizeMs), unit);
}

/** `21 Nov 2026, 14:03`. */
export function moment(time: string, language: string): string {
  return new Intl.DateTimeFormat(regionOf(language), { dateStyle: "medium", timeStyle: "short" }).format(
    Date.parse(time),
  );
}

/** `14:03`. */
export function clockTime(time: string, language: string): string {
  return new Intl.DateTimeFormat(regionOf(language), { timeStyle: "short" }).format(Date.parse(time));
}

/** `Saturday, 21 November 2026`; the day in the person's own time zone. */
export function day(time: string, language: string): string {
  return new Intl.DateTimeFormat(regionOf(language), { dateStyle: "full" }).format(Date.parse(time));
}

/** `42 min`, `3 h 5 min`, `12 s`. */
export function duration(ms: number, language: string): string {
  const unit = (value: number, name: "hour" | "minute" | "second"): string =>
    new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "short" }).format(value);
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return unit(seconds, "second");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return unit(minutes, "minute");
  return `${unit(Math.floor(minutes / 60), "hour")} ${unit(minutes % 60, "minute")}`;
}

/** `4:12`: what is left, never below nothing. */
export function countdown(until: string, now: number): string {
  const seconds = Math.max(0, Math.ceil((Date.parse(until) - now) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** `1.4 MB`. */
export function amount(bytes: number, language: string): string {
  const power = Math.min(units.length - 1, bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  const maximumFractionDigits = power === 0 || value >= 100 ? 0 : 1;
  return new Intl.NumberFormat(language, { style: "unit", unit: units[power] ?? "byte", maximumFractionDigits }).format(
    value,
  );
}
