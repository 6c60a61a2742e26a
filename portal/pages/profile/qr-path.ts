import qrcode from "qrcode-generator";

/** Modules of white around the code (ISO/IEC 18004: four). */
const quiet = 4;

/** The dark modules of a text's QR code as one SVG path, in runs, with the quiet zone around. */
export function qrPath(text: string): { readonly path: string; readonly size: number } {
  const code = qrcode(0, "M");
  code.addData(text, "Byte");
  code.make();
  const count = code.getModuleCount();
  const runs: string[] = [];
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < count; column++) {
      if (!code.isDark(row, column)) continue;
      const first = column;
      while (column + 1 < count && code.isDark(row, column + 1)) column++;
      runs.push(`M${first + quiet} ${row + quiet}h${column - first + 1}v1h-${column - first + 1}z`);
    }
  }
  return { path: runs.join(""), size: count + 2 * quiet };
}
