import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { setAutostart, setStartAtLogin } from "./start-at-login.ts";

async function home(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "anslut-home-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

test("on Linux a desktop entry starts the program hidden, and is taken away again", async () => {
  const folder = await home();
  const entry = join(folder, ".config", "autostart", "anslut.desktop");
  await setAutostart({ HOME: folder }, "/opt/Anslut/anslut-desktop", true);
  expect(await readFile(entry, "utf8")).toContain('Exec="/opt/Anslut/anslut-desktop" --hidden\n');
  await setAutostart({ HOME: folder }, "/opt/Anslut/anslut-desktop", false);
  await setAutostart({ HOME: folder }, "/opt/Anslut/anslut-desktop", false);
  expect(await readdir(join(folder, ".config", "autostart"))).toEqual([]);
});

test("the folder is the person's configuration folder, where they have one of their own", async () => {
  const folder = await home();
  await setAutostart({ HOME: "/nowhere", XDG_CONFIG_HOME: folder }, "/opt/anslut", true);
  expect(await readdir(join(folder, "autostart"))).toEqual(["anslut.desktop"]);
});

test("a path with characters of its own is written as the specification has it", async () => {
  const folder = await home();
  await setAutostart({ XDG_CONFIG_HOME: folder }, '/opt/100% "real"/$x', true);
  expect(await readFile(join(folder, "autostart", "anslut.desktop"), "utf8")).toContain(
    'Exec="/opt/100%% \\\\"real\\\\"/\\\\$x" --hidden\n',
  );
});

test("elsewhere the system is told; a checkout tells nobody", async () => {
  const told: unknown[] = [];
  const app = (isPackaged: boolean) => ({ isPackaged, setLoginItemSettings: (item: unknown) => told.push(item) });
  await setStartAtLogin(app(true), "win32", true);
  await setStartAtLogin(app(false), "win32", true);
  expect(told).toEqual([{ openAtLogin: true, args: ["--hidden"] }]);
});
