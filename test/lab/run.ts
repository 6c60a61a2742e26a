import { spawn } from "node:child_process";

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
}

/**
 * Runs a program to its end and returns what it printed.
 * @throws with the program's own words if it fails
 */
export function run(file: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd: options.cwd, env: options.env ?? process.env, stdio: "pipe" });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0) return resolve(stdout);
      const words = `${stderr}${stdout}`.trim();
      reject(new Error(`${file} ${args.join(" ")}: ended with ${signal ?? code}\n${words}`));
    });
    child.stdin.on("error", () => {}); // it may end without reading; its exit code says the rest
    child.stdin.end(options.input ?? "");
  });
}
