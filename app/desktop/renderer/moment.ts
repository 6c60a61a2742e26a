import { useEffect, useState } from "react";
import type { Language } from "../../../ui/texts.ts";

/** The time now, in ms since 1970, anew every `everyMs`; stands still while `everyMs` is null. */
export function useNow(everyMs: number | null): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (everyMs === null) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

const steps: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];
const formats = new Map<string, Intl.RelativeTimeFormat>();

/** `3 days ago`, `yesterday`, `now`: as short as it may be said. */
export function ago(time: string, now: number, language: string): string {
  const passedMs = Math.max(0, now - Date.parse(time));
  const [unit, sizeMs] = steps.find(([, size]) => passedMs >= size) ?? ["second", Number.POSITIVE_INFINITY];
  let format = formats.get(language);
  if (format === undefined) {
    format = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
    formats.set(language, format);
  }
  return format.format(-Math.floor(passedMs / sizeMs), unit);
}

/** `42 min`, `3 h 05 min`: how long something has been. */
export function duration(fromTime: string, now: number, language: string): string {
  const minutes = Math.max(0, Math.floor((now - Date.parse(fromTime)) / 60_000));
  const unit = (value: number, name: "hour" | "minute"): string =>
    new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "short" }).format(value);
  if (minutes < 60) return unit(minutes, "minute");
  return `${unit(Math.floor(minutes / 60), "hour")} ${unit(minutes % 60, "minute")}`;
}

/** `4:12`: what is left of a time, never below nothing. */
export function countdown(until: string, now: number): string {
  const seconds = Math.max(0, Math.ceil((Date.parse(until) - now) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** The clock has 24 hours everywhere: nobody misreads it. */
const locales: Readonly<Record<Language, string>> = { en: "en-GB", de: "de-DE", sv: "sv-SE" };

/** `14:05` of today, else `20 Nov, 14:05`, with the year where it is another one. */
export function momentText(time: string, nowMs: number, language: Language): string {
  const date = new Date(time);
  const now = new Date(nowMs);
  const isToday = date.toDateString() === now.toDateString();
  const day = isToday ? {} : ({ day: "numeric", month: "short" } as const);
  const year = date.getFullYear() === now.getFullYear() ? {} : ({ year: "numeric" } as const);
  return new Intl.DateTimeFormat(locales[language], { ...year, ...day, hour: "2-digit", minute: "2-digit" }).format(
    date,
  );
}

/** `14:05`. */
export function clockText(time: string, language: Language): string {
  return new Intl.DateTimeFormat(locales[language], { hour: "2-digit", minute: "2-digit" }).format(new Date(time));
}

/** `Friday 20 November 2026`: the heading of a day. */
export function dayText(time: string, language: Language): string {
  const parts = { weekday: "long", day: "numeric", month: "long", year: "numeric" } as const;
  return new Intl.DateTimeFormat(locales[language], parts).format(new Date(time));
}
