import { expect, it } from "vitest";
import { qrPath } from "./qr-path.ts";

/** The modules that a path fills, row by row. */
function modulesOf(path: string, size: number): boolean[][] {
  const rows = Array.from({ length: size }, () => Array.from({ length: size }, () => false));
  for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let column = 0; column < Number(width); column++) {
      const row = rows[Number(y)];
      if (row !== undefined) row[Number(x) + column] = true;
    }
  }
  return rows;
}

it("a QR code has its three finders and four modules of quiet around", () => {
  const { path, size } = qrPath("otpauth://totp/Anslut:acme:anna?secret=JBSWY3DPEHPK3PXP&issuer=Anslut");
  const rows = modulesOf(path, size);
  const finder = ["#######", "#.....#", "#.###.#", "#.###.#", "#.###.#", "#.....#", "#######"];
  const at = (x: number, y: number) =>
    rows.slice(y, y + 7).map((row) =>
      row
        .slice(x, x + 7)
        .map((dark) => (dark ? "#" : "."))
        .join(""),
    );
  for (const [x, y] of [
    [4, 4],
    [size - 11, 4],
    [4, size - 11],
  ] as const) {
    expect(at(x, y)).toEqual(finder);
  }
  for (const edge of [0, 1, 2, 3, size - 1, size - 4]) {
    expect(rows[edge]?.some(Boolean)).toBe(false);
    expect(rows.some((row) => row[edge])).toBe(false);
  }
});

it("a QR code is drawn for the longest text that the contract allows", () => {
  expect(qrPath("x".repeat(500)).size).toBeLessThan(100);
});
