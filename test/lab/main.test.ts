import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readArguments } from "./arguments.ts";
import { chooseLab, runningLabs } from "./running.ts";

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "lab-main-"));
  await chmod(directory, 0o777);
});

afterAll(() => rm(directory, { recursive: true }));

interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function lab(args: readonly string[], input = ""): Promise<Said> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts"), ...args], { stdio: "pipe" });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.stdin.end(input);
  const [code] = (await once(child, "close")) as [number];
  return { code, stdout, stderr };
}

test("run passes arguments, stdin, variables and the exit code, as the technician on the laptop", async () => {
  const script = join(directory, "script.sh");
  await writeFile(script, 'echo "$(id -un) $(hostname) $2 $LAB_OFFICE"; cat; echo oops >&2; exit 7\n');
  const said = await lab(["--bare", "--office", "only80", "run", script, "a", "b c"], "hello\n");
  expect(said).toEqual({ code: 7, stdout: "tech laptop b c only80\nhello\n", stderr: "oops\n" });
});

test("run takes a script by its first line, or by Node, with its neighbours", async () => {
  await writeFile(join(directory, "neighbour.ts"), 'export const word: string = "from next door";\n');
  await writeFile(
    join(directory, "script.ts"),
    'import { writeFileSync } from "node:fs";\nimport { word } from "./neighbour.ts";\nwriteFileSync("/opt/share/out", word);\n',
  );
  expect(await lab(["--bare", "--share", directory, "run", join(directory, "script.ts")])).toMatchObject({ code: 0 });
  expect(await readFile(join(directory, "out"), "utf8")).toBe("from next door");
});

test.each([
  [["--office", "closed"], 'There is no firewall "closed"'],
  [["--proxy", "none"], 'There is no proxy "none"'],
  [["--delay", "fast"], '--delay takes milliseconds from 0 to 10000, not "fast"'],
  [["--colour"], "Unknown option '--colour'"],
  [["walk"], '"walk" is neither run nor exec'],
  [["run"], "Which script?"],
  [["exec", "laptop", "ls"], "Say it like this: npm run lab -- exec <host> -- <command …>"],
  [["exec", "desktop", "--", "ls"], 'There is no host "desktop"'],
])("%j is answered with a sentence", (argv, sentence) => {
  expect(() => readArguments(argv)).toThrow(sentence);
});

test("a script that is not there, and a lab that is not open, are sentences too", async () => {
  expect(await lab(["run", "/nowhere.sh"])).toMatchObject({ code: 1, stderr: "There is no script at /nowhere.sh.\n" });
  expect(() => chooseLab([], undefined)).toThrow("No lab is running. Open one with: npm run lab");
  expect(() => chooseLab([7, 9], undefined)).toThrow("Several labs are running. Choose one with --lab: 7, 9.");
  expect(() => chooseLab([7], 8)).toThrow("There is no running lab with pid 8. Running: 7.");
});

test("exec finds the running lab and runs there as root, or as whom it is told", async () => {
  const script = join(directory, "wait.sh");
  await writeFile(script, "echo up; cat\n");
  const before = runningLabs();
  const argv = [join(import.meta.dirname, "main.ts"), "--bare", "run", script];
  const opener = spawn(process.execPath, argv, { stdio: ["pipe", "pipe", "inherit"] });
  await once(opener.stdout, "data");
  const pid = runningLabs().find((each) => !before.includes(each));
  const exec = ["exec", "--lab", String(pid)];
  expect(await lab([...exec, "plc1", "--", "sh", "-c", "id -un; hostname; exit 4"])).toMatchObject({
    code: 4,
    stdout: "root\nplc1\n",
  });
  expect(await lab([...exec, "--user", "tech", "laptop", "--", "id", "-un"])).toMatchObject({ stdout: "tech\n" });
  expect(await lab([...exec, "--user", "nobody-here", "laptop", "--", "id"])).toMatchObject({
    code: 1,
    stderr: "nobody in the lab is called nobody-here\n",
  });
  opener.stdin.end();
  expect(await once(opener, "exit")).toEqual([0, null]);
});
