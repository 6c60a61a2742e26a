import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { cacheDir, root } from "../paths.ts";
import type { Finished } from "./command.ts";
import { run } from "./command.ts";
import type { Count } from "./count.ts";
import { none } from "./count.ts";
import { readGoReport } from "./go-report.ts";

/** One line of `npm test`. */
export interface Check {
  readonly name: string;
  readonly run: () => Promise<Result>;
}

export interface Result extends Finished {
  readonly count: Count;
}

const native = join(root, "native");
/** Go modules: the helper, and the lab's own program. */
const goModules = [native, join(root, "test", "lab", "wire")];

/** Quick, and all of them are reported even when one fails. */
export const staticChecks: readonly Check[] = [
  check("biome", () => run(tool("biome"), ["check", "--error-on-warnings", "."])),
  check("types", () => run(tool("tsc"), [])),
  check("imports", () => run(process.execPath, ["test/architecture/main.ts"])),
  check("unused code", () => run(tool("knip"), ["--no-progress"])),
  check("gofmt", checkGoFormat),
  check("go vet", vetGo),
];

export const unitChecks: readonly Check[] = [
  { name: "go test", run: testGo },
  { name: "unit tests", run: () => testWithVitest("unit", [], "collected") },
  { name: "window tests", run: () => testWithVitest("window", [], "collected") },
];

/** Real programs in network namespaces; `args` go to vitest (a part of a file's name, `-t "a test's name"`). */
export function labChecks(args: readonly string[]): readonly Check[] {
  return [
    check("build", () => run(process.execPath, ["build/bundle.ts"])),
    { name: "lab tests", run: () => testWithVitest("lab", args, "shown") },
  ];
}

function check(name: string, command: () => Promise<Finished>): Check {
  return { name, run: async () => ({ ...(await command()), count: none }) };
}

function tool(name: string): string {
  return join(root, "node_modules", ".bin", name);
}

async function checkGoFormat(): Promise<Finished> {
  const { ok, output } = await run("gofmt", ["-l", ...goModules]);
  return { ok: ok && output === "", output: `Not formatted by gofmt:\n${output}` };
}

async function vetGo(): Promise<Finished> {
  const vetted = await Promise.all(goModules.map((cwd) => run("go", ["vet", "./..."], { cwd })));
  return { ok: vetted.every(({ ok }) => ok), output: vetted.map(({ output }) => output).join("") };
}

async function testGo(): Promise<Result> {
  const { ok, output } = await run("go", ["test", "-json", "./..."], { cwd: native });
  const { count, failureText } = readGoReport(output);
  return { ok, output: failureText, count };
}

interface VitestReport {
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
}

async function testWithVitest(
  project: "unit" | "window" | "lab",
  args: readonly string[],
  output: "collected" | "shown",
): Promise<Result> {
  const report = join(cacheDir, `vitest-${project}.json`);
  await mkdir(cacheDir, { recursive: true });
  await rm(report, { force: true });
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const finished = await run(tool("vitest"), ["run", "--project", project, ...reporters, ...args], { output });
  return { ...finished, count: await readVitestReport(report) };
}

async function readVitestReport(path: string): Promise<Count> {
  try {
    const report = JSON.parse(await readFile(path, "utf8")) as VitestReport;
    // A file that could not even be read, or whose preparation failed, has no failed test of its own.
    const brokenFiles = report.testResults.filter(
      (file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
    );
    return {
      passed: report.numPassedTests,
      failed: report.numFailedTests + brokenFiles.length,
      skipped: report.numPendingTests + report.numTodoTests,
    };
  } catch {
    // vitest ended before it wrote one; its exit code says that it failed.
    return none;
  }
}
