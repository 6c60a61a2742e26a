import { spawn } from "node:child_process";
import { once } from "node:events";
import { CauseError } from "../../../contract/causes.ts";
import type { Choice } from "./shell.ts";

type Command = readonly [program: string, ...words: string[]];

/** How each system starts an installed service; it asks by itself whoever may say so. Nothing here is elevated by us. */
const commands: Readonly<Partial<Record<NodeJS.Platform, Command>>> = {
  // polkit's agent of the desktop asks (org.freedesktop.systemd1.manage-units).
  linux: ["/usr/bin/systemctl", "start", "anslut-helper.service"],
  // The installer lets signed-in users start this one service (sc sdset), so nobody is asked.
  win32: ["C:\\Windows\\System32\\sc.exe", "start", "anslut-helper"],
  darwin: ["/bin/launchctl", "kickstart", "system/org.anslut.helper"],
};

/** polkit's pkttyagent and systemctl say so when the person closed the question: exit code 1 with these words. */
const declined = /authentication (is )?(cancel|dismiss)|not authorized|interactive authentication required/i;

/** Longest wait for a person at the system's question, in milliseconds. */
const patienceMs = 300_000;

/** Asks the system to start the installed helper. Throws {@link CauseError} `helperMissing` where that did not come to it. */
export async function startHelper(
  platform: NodeJS.Platform,
  command: Command | undefined = commands[platform],
): Promise<Choice> {
  if (command === undefined) throw new CauseError("helperMissing", `no service manager is known on ${platform}`);
  const [program, ...words] = command;
  const child = spawn(program, words, { stdio: ["ignore", "ignore", "pipe"], windowsHide: true, timeout: patienceMs });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (piece: string) => {
    said = (said + piece).slice(0, 2000);
  });
  const [code] = await once(child, "close").catch((error: Error) => {
    throw new CauseError("helperMissing", error.message);
  });
  if (code === 0) return "done";
  if (declined.test(said)) return "declined";
  throw new CauseError("helperMissing", said.trim() || `${program} ended with ${code}`);
}
