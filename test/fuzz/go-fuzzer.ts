import { execFile, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import type { Report } from "./report.ts";

/** A `func Fuzz…` of the helper. */
export interface GoTarget {
  readonly folder: string;
  readonly name: string;
}

const native = join(import.meta.dirname, "../../native");

/** All there are, found by asking Go: a new one cannot be forgotten. */
export async function goTargets(): Promise<readonly GoTarget[]> {
  const { stdout } = await promisify(execFile)("go", ["test", "-json", "-list", "^Fuzz", "./..."], { cwd: native });
  const lines = stdout.split("\n").filter((line) => line.startsWith("{"));
  return lines.flatMap((line) => {
    const { Package: path, Output: output } = JSON.parse(line) as {
      readonly Package: string;
      readonly Output?: string;
    };
    const name = /^(Fuzz\w+)\n/.exec(output ?? "")?.[1];
    return name === undefined ? [] : [{ folder: path.replace("anslut/native", "."), name }];
  });
}

/** Lets Go try one target for a while. What it finds, Go itself keeps in testdata/fuzz, where every `go test` tries it again. */
export function fuzzGo({ folder, name }: GoTarget, forMs: number): Promise<Report> {
  const started = performance.now();
  const argv = ["test", "-run=^$", `-fuzz=^${name}$`, `-fuzztime=${Math.ceil(forMs / 1000)}s`, folder];
  const child = spawn("go", argv, { cwd: native, stdio: ["ignore", "pipe", "pipe"] });
  let trials = 0;
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on("line", (line) => {
      trials = Math.max(trials, Number(/execs: (\d+)/.exec(line)?.[1] ?? 0));
      said.push(line);
    });
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      const finding = code === 0 ? null : said.filter((line) => !line.startsWith("fuzz: elapsed")).join("\n  ");
      const seconds = (performance.now() - started) / 1000;
      resolve({ name: `helper: ${name.replace("Fuzz", "")} (${folder.split("/").at(-1)})`, trials, seconds, finding });
    });
  });
}
