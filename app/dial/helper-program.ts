import { join } from "node:path";

/** How `anslut-helper` is started; tests name another program that speaks the same wires. */
export interface HelperProgram {
  readonly command: string;
  /** What stands before the verb (`connect`, `relay`). */
  readonly args: readonly string[];
}

/**
 * The helper of this installation. In the bundle every module's directory is the one of the program, where
 * `anslut-helper` lies; it is never looked for in PATH.
 */
export const installedHelper: HelperProgram = {
  command: join(import.meta.dirname, process.platform === "win32" ? "anslut-helper.exe" : "anslut-helper"),
  args: [],
};

/** Environment of our children: nothing of ours. Windows programs cannot open sockets without SystemRoot. */
export function childEnvironment(): NodeJS.ProcessEnv {
  const { SystemRoot } = process.env;
  return SystemRoot === undefined ? {} : { SystemRoot };
}
