import type { App } from "electron";

/**
 * Chromium's words that would weaken what this program promises, whoever put them on its command line: certificates that are not checked,
 * pages that are not isolated, a port by which any local program drives the page.
 */
const refused: readonly string[] = [
  "allow-running-insecure-content",
  "disable-site-isolation-trials",
  "disable-web-security",
  "host-resolver-rules",
  "host-rules",
  "ignore-certificate-errors",
  "ignore-certificate-errors-spki-list",
  "load-extension",
  "proxy-pac-url",
  "proxy-server",
];

/** Only of an installed program: tests drive the one of a checkout by such a port. */
const refusedInstalled: readonly string[] = ["remote-debugging-pipe", "remote-debugging-port"];

/** Before the program is ready. */
export function refuseSwitches(app: Pick<App, "commandLine" | "isPackaged">): void {
  for (const word of [...refused, ...(app.isPackaged ? refusedInstalled : [])]) app.commandLine.removeSwitch(word);
}
