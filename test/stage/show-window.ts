import { createInterface } from "node:readline";
import type { Lab } from "../lab/lab.ts";
import type { LabProcess } from "../lab/lab-process.ts";
import { bringDisplay } from "./display.ts";
import type { Narrator } from "./narrator.ts";
import type { Sight } from "./sight.ts";
import { Technician } from "./technician.ts";

const quiet = [
  "--no-first-run",
  "--no-default-browser-check",
  "--no-sandbox",
  "--test-type",
  "--disable-quic",
  "--disable-sync",
];

/** Opens the desktop's window on the laptop, on this computer's display, and stays until it is closed. */
export async function showWindow(
  lab: Lab,
  sight: Exclude<Sight, { readonly by: "nothing" }>,
  narrator: Narrator,
): Promise<void> {
  const env = await bringDisplay(lab, sight.display);
  const technician = new Technician(lab);
  const window = await narrator.step(
    "The window opens",
    () => (sight.by === "electron" ? openElectron(lab, sight.program, env) : openBrowser(lab, env)),
    () => (sight.by === "electron" ? "in Electron" : "in Chromium, because Electron’s runtime is not here"),
  );
  narrator.say(instructions(lab));
  const lines = createInterface(process.stdin);
  const sayCode = async (): Promise<void> => narrator.say(`The code is ${await technician.secondFactor()}.`);
  lines.on("line", () => void sayCode());
  await window.exited;
  lines.close();
}

async function openBrowser(lab: Lab, env: Readonly<Record<string, string>>): Promise<LabProcess> {
  const server = ["/opt/node/node", "/opt/repo/test/stage/window/main.ts", "/opt/anslut"];
  const address = await lab.spawn("laptop", server, { user: "tech" }).line(/^http:/);
  const argv = ["/usr/bin/chromium", ...quiet, "--window-size=1120,800", `--app=${address}`];
  return lab.spawn("laptop", argv, { user: "tech", env });
}

async function openElectron(lab: Lab, program: string, env: Readonly<Record<string, string>>): Promise<LabProcess> {
  // A person without rights, so Chromium's sandbox works; a program that calls enableSandbox() must not be started without.
  return lab.spawn("laptop", [program, "/opt/anslut"], { user: "tech", env });
}

function instructions(lab: Lab): string {
  const of = (name: string): string => lab.variable(name);
  return `
You are the technician; the window stands on the laptop in the office.
  portal       ${of("PORTAL_HOST")}
  fingerprint  ${of("PORTAL_FINGERPRINT")}
  account      ${of("ACCOUNT")}
  user         ${of("USER")}
  password     ${of("PASSWORD")}
  proxy        ${of("PROXY_HOST")}, port ${of("PROXY_PORT_BASIC")}, user ${of("PROXY_USER")}, password ${of("PROXY_PASSWORD")} (where the office lets nothing else out)
Press Enter here for the one-time code. Close the window to end; then everything is undone.
`;
}
