import type { Language } from "./language.ts";

/** Numbers and times as people of a language write them. Times are local, with the day only where it is not today. */

/** `0.6`, `12`: seconds with a digit behind the point below ten. */
export function secondsText(durationMs: number, language: Language): string {
  const seconds = durationMs / 1000;
  return new Intl.NumberFormat(language, { maximumFractionDigits: seconds < 10 ? 1 : 0 }).format(seconds);
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
