import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { handleLinks, keepLinkEntry } from "./link-handler.ts";

const program = "/opt/Anslut/anslut-desktop";
const icon = "/opt/Anslut/resources/anslut/anslut.png";

/** A person's data folder and a system's, on the disk. */
async function bed() {
  const folder = await mkdtemp(join(tmpdir(), "anslut-links-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const environment = { XDG_DATA_HOME: join(folder, "home"), XDG_DATA_DIRS: `${join(folder, "system")}:relative` };
  const entry = join(folder, "home", "applications", "anslut.desktop");
  const systemEntry = join(folder, "system", "applications", "anslut.desktop");
  return { environment, entry, systemEntry };
}

async function put(path: string, text: string): Promise<void> {
  await mkdir(join(path, ".."), { recursive: true });
  await writeFile(path, text);
}

test("a folder that no package installed gets an entry of the person's own, for the links and with the program's picture", async () => {
  const { environment, entry } = await bed();
  await keepLinkEntry(environment, program, icon);
  expect((await readFile(entry, "utf8")).split("\n")).toEqual([
    "[Desktop Entry]",
    "Type=Application",
    "Name=Anslut",
    'Exec="/opt/Anslut/anslut-desktop" %u',
    `Icon=${icon}`,
    "Terminal=false",
    "Categories=Network;",
    "MimeType=x-scheme-handler/anslut;",
    "X-Anslut-Written=true",
    "",
  ]);
  expect(await readdir(join(entry, ".."))).toEqual(["anslut.desktop"]);
});

test("it is written once, and anew when the program lies elsewhere", async () => {
  const { environment, entry } = await bed();
  await keepLinkEntry(environment, program, icon);
  const before = await stat(entry, { bigint: true });
  await keepLinkEntry(environment, program, icon);
  expect((await stat(entry, { bigint: true })).ino).toBe(before.ino);
  await keepLinkEntry(environment, '/home/anna/my "100%" tools/anslut-desktop', icon);
  expect(await readFile(entry, "utf8")).toContain('Exec="/home/anna/my \\\\"100%%\\\\" tools/anslut-desktop" %u\n');
});

test("it goes when the system has one", async () => {
  const { environment, entry, systemEntry } = await bed();
  await keepLinkEntry(environment, program, icon);
  await put(systemEntry, "[Desktop Entry]\n");
  await keepLinkEntry(environment, program, icon);
  expect(existsSync(entry)).toBe(false);
});

test("an entry that somebody else wrote stays as it is", async () => {
  const { environment, entry, systemEntry } = await bed();
  await put(entry, "[Desktop Entry]\nName=Mine\n");
  await keepLinkEntry(environment, program, icon);
  await put(systemEntry, "[Desktop Entry]\n");
  await keepLinkEntry(environment, program, icon);
  expect(await readFile(entry, "utf8")).toBe("[Desktop Entry]\nName=Mine\n");
});

test("the entry is there before the system is told; a checkout writes and tells nothing", async () => {
  const { environment, entry } = await bed();
  const told: unknown[] = [];
  const app = (isPackaged: boolean) => ({
    isPackaged,
    setAsDefaultProtocolClient: (scheme: string) => {
      told.push([scheme, existsSync(entry)]);
      return true;
    },
  });
  await handleLinks({ app: app(false), platform: "linux", environment, program, icon });
  expect(existsSync(entry)).toBe(false);
  await handleLinks({ app: app(true), platform: "win32", environment, program, icon });
  await handleLinks({ app: app(true), platform: "linux", environment, program, icon });
  expect(told).toEqual([
    ["anslut", false],
    ["anslut", true],
  ]);
});
