/** Desktop Entry Specification 1.5. What Windows and macOS take from the program itself, a Linux desktop reads from such a file. */

/** The name by which the system knows the program, for its windows and for its links alike (`desktopName` in dist/package.json). */
export const desktopName = "anslut.desktop";

export interface DesktopEntry {
  /** Absolute path of the program. */
  readonly program: string;
  /** Words after it: our own, or a field code. */
  readonly words: string;
  /** Name of the theme's, or absolute path. */
  readonly icon: string;
  /** Lines of its own group besides. */
  readonly more: readonly string[];
}

export function desktopEntry({ program, words, icon, more }: DesktopEntry): string {
  return `${[
    "[Desktop Entry]",
    "Type=Application",
    "Name=Anslut",
    `Exec=${quoted(program)} ${words}`,
    `Icon=${escaped(icon)}`,
    "Terminal=false",
    ...more,
  ].join("\n")}\n`;
}

/** "The Exec key": quoted, with these four escaped, and the escape itself escaped in a string value. */
function quoted(program: string): string {
  return `"${escaped(program.replace(/(["`$\\])/g, "\\$1")).replaceAll("%", "%%")}"`;
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}
