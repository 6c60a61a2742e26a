import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { forgetStamp, isFresh, recordStamp } from "./stamp.ts";

let folder: string;
let output: string;
let name: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "stamp-"));
  name = `test-${process.pid}-${folder.slice(-6)}`;
  output = `${folder}.mjs`;
  await writeFile(output, "");
  await writeAt("a.ts", "a", 1000);
});

afterEach(async () => {
  await forgetStamp(name);
  await rm(folder, { recursive: true });
  await rm(output, { force: true });
});

async function writeAt(file: string, text: string, seconds: number): Promise<void> {
  const path = join(folder, file);
  await writeFile(path, text);
  await utimes(path, seconds, seconds);
}

function record(startedAtMs = Number.POSITIVE_INFINITY): Promise<void> {
  return recordStamp(name, { inputs: [folder], outputs: [output] }, startedAtMs);
}

test("a step that never ran is not fresh", async () => {
  expect(await isFresh(name)).toBe(false);
});

test("a step is fresh until an input changes", async () => {
  await record();
  expect(await isFresh(name)).toBe(true);
  await writeAt("a.ts", "b", 1001);
  expect(await isFresh(name)).toBe(false);
});

test("a file more in a folder it read makes a step stale", async () => {
  await record();
  await writeAt("b.ts", "b", 1000);
  expect(await isFresh(name)).toBe(false);
});

test("a test beside the code does not make a step stale", async () => {
  await record();
  await writeAt("a.test.ts", "b", 1000);
  expect(await isFresh(name)).toBe(true);
});

test("a step whose output was deleted is not fresh", async () => {
  await record();
  await rm(output);
  expect(await isFresh(name)).toBe(false);
});

test("a file saved while the step ran is read again", async () => {
  await record(999_000);
  expect(await isFresh(name)).toBe(false);
});
