/** Numbers as people of a language read them: in every face the same. `language` is a BCP 47 tag. */

const byteUnits = ["kilobyte", "megabyte", "gigabyte", "terabyte"] as const;
type ByteUnit = (typeof byteUnits)[number];

/** `512 B`, `340 kB`, `1.2 MB`: powers of 1,000. */
export function bytesText(bytes: number, language: string): string {
  const { value, unit } = scaled(bytes);
  return unit === undefined ? `${bytes} B` : short(value, unit, language);
}

/** `12 B/s`, `340 kB/s`. */
export function rateText(bytesPerSecond: number, language: string): string {
  const { value, unit } = scaled(bytesPerSecond);
  return unit === undefined ? `${Math.round(bytesPerSecond)} B/s` : short(value, `${unit}-per-second`, language);
}

function scaled(bytes: number): { readonly value: number; readonly unit: ByteUnit | undefined } {
  const power = Math.min(byteUnits.length, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return { value: bytes / 1000 ** power, unit: byteUnits[power - 1] };
}

function short(value: number, unit: string, language: string): string {
  const maximumFractionDigits = value < 10 ? 1 : 0;
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits }).format(
    value,
  );
}

/** `45 sec`, `12 min`, `3 hr 5 min`, `2 days`: the two largest units, in the language's short form. */
export function durationText(durationMs: number, language: string): string {
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
      new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short" }).format(value),
    )
    .join(" ");
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
