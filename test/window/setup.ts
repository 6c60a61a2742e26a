import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const root = join(import.meta.dirname, "..", "..");

/** What is tested is what ships: dist/window, built anew when it is stale. */
export async function setup(): Promise<void> {
  await promisify(execFile)(process.execPath, ["build/bundle.ts", "window"], { cwd: root });
}
