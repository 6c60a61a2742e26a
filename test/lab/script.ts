import { access, stat } from "node:fs/promises";
import { basename, dirname, extname, resolve } from "node:path";

/** Where every host sees the directory of a script, whatever the rights of the directories above it. */
export const scriptDirectory = "/opt/script";

export interface Script {
  /** On the machine; to be seen at `scriptDirectory`. */
  readonly directory: string;
  readonly argv: readonly string[];
}

/**
 * How a script is run on the laptop: by its own first line if it is executable, else by Node or sh.
 * @throws if there is no such file
 */
export async function findScript(path: string, args: readonly string[]): Promise<Script> {
  const file = resolve(path);
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) throw new Error(`There is no script at ${file}.`);
  const there = `${scriptDirectory}/${basename(file)}`;
  return { directory: dirname(file), argv: [...(await interpreterOf(file)), there, ...args] };
}

async function interpreterOf(file: string): Promise<readonly string[]> {
  const executable = await access(file, 1).then(
    () => true,
    () => false,
  );
  if (executable) return [];
  return [".js", ".mjs", ".ts", ".mts"].includes(extname(file)) ? ["node"] : ["sh"];
}
