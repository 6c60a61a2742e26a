import type { Language } from "./texts.ts";

/** Numbers and times as people of a language read them on a screen. The clock has 24 hours everywhere: nobody misreads it. */

const locales: Readonly<Record<Language, string>> = { en: "en-GB", de: "de-DE", sv: "sv-SE" };

const byteUnits = ["kilobyte", "megabyte", "gigabyte", "terabyte"] as const;
type ByteUnit = (typeof byteUnits)[number];

/** `512 B`, `340 kB`, `1.2 MB`: powers of 1,000. */
export function bytesText(bytes: number, language: Language): string {
  const { value, unit } = scaled(bytes);
  return number(value, language, unit === undefined ? { unit: "byte" } : { unit });
}

/** `340 kB/s`. */
export function rateText(bytesPerSecond: number, language: Language): string {
  const { value, unit } = scaled(bytesPerSecond);
  return number(value, language, { unit: `${unit ?? "byte"}-per-second` });
}

function scaled(bytes: number): { readonly value: number; readonly unit: ByteUnit | undefined } {
  const power = Math.min(byteUnits.length, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return { value: bytes / 1000 ** power, unit: byteUnits[power - 1] };
}

function number(value: number, language: Language, { unit }: { readonly unit: string }): string {
  const maximumFractionDigits = value < 10 && !unit.startsWith("byte") ? 1 : 0;
  // "narrow" writes a byte as "5B" without the blank.
  const unitDisplay = unit === "byte" ? "long" : "short";
  return new Intl.NumberFormat(locales[language], { style: "unit", unit, unitDisplay, maximumFractionDigits }).format(
    value,
  );
}

/** `45 sec`, `12 min`, `3 hr 5 min`, `2 days`: the two largest units, in the language's short form. */
export function durationText(durationMs: number, language: Language): string {
  const total = Math.max(0, Math.round(durationMs / 1000));
  const parts = [
    [Math.floor(total / 86_400), "day"],
    [Math.floor(total / 3600) % 24, "hour"],
    [Math.floor(total / 60) % 60, "minute"],
  ] as const;
  const first = parts.findIndex(([value]) => value > 0);
  const shown = first === -1 ? ([[total, "second"]] as const) : parts.slice(first, first + 2);
  return shown
    .filter(([value], index) => value > 0 || index === 0)
    .map(([value, unit]) =>
      new Intl.NumberFormat(locales[language], { style: "unit", unit, unitDisplay: "short" }).format(value),
    )
    .join(" ");
}

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

/** `AB12 CD34 …`: a fingerprint in groups of four, as people read it to each other. */
export function fingerprintText(sha256: string): string {
  return (
    sha256
      .toUpperCase()
      .match(/.{1,4}/g)
      ?.join(" ") ?? ""
  );
}
