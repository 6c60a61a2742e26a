import { chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const nobody = 65_534;

export interface Launcher {
  /** A folder of whoever runs the program: its home, its data. */
  readonly folder: string;
  /** Starts the runtime as a person without rights: Chromium does not run its sandbox as root. */
  readonly program: string;
  readonly remove: () => Promise<void>;
}

export async function makeLauncher(runtime: string): Promise<Launcher> {
  const folder = await mkdtemp(join(tmpdir(), "anslut-electron-"));
  await chown(folder, nobody, nobody);
  const program = join(folder, "launch");
  const become = process.getuid?.() === 0 ? `setpriv --reuid=${nobody} --regid=${nobody} --clear-groups ` : "";
  await writeFile(program, `#!/bin/sh\nexec ${become}'${runtime}' "$@"\n`, { mode: 0o755 });
  return { folder, program, remove: () => rm(folder, { recursive: true, force: true }) };
}
