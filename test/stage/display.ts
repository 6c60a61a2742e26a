import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Lab } from "../lab/lab.ts";
import { wildCookies } from "./x-cookies.ts";

/** Where X servers of this computer listen; the lab is given it as its shared folder. */
export const displaySockets = "/tmp/.X11-unix";

/** Lets programs on the laptop use the computer's display. Resolves to what they need in their environment. */
export async function bringDisplay(lab: Lab, display: number): Promise<Readonly<Record<string, string>>> {
  // Each host has its own /tmp.
  const mount = `mkdir -p ${displaySockets} && mount --bind /opt/share ${displaySockets}`;
  await lab.output("laptop", ["sh", "-c", mount]);
  const authority = process.env.XAUTHORITY ?? join(homedir(), ".Xauthority");
  const cookies = wildCookies(await readFile(authority).catch(() => Buffer.alloc(0)));
  await lab.output("laptop", ["sh", "-c", 'umask 077 && cat >"$HOME/.Xauthority"'], { user: "tech", input: cookies });
  return { DISPLAY: `:${display}`, XAUTHORITY: "/home/tech/.Xauthority" };
}
