import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import type { Lab } from "../lab/lab.ts";

const quiet = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-sandbox",
];

export interface LabBrowser {
  readonly browser: Browser;
  readonly close: () => Promise<void>;
}

/**
 * Starts Chromium on the technician's laptop, in its namespaces and under the technician's uid, and drives it from here: Playwright
 * talks over inherited pipes, which do not care for namespaces. `pin` is the SPKI (SHA-256, base64) of the one certificate that
 * the browser accepts without knowing its authority, as if the technician had installed it; without it there is none.
 */
export async function openBrowser(lab: Lab, pin?: string): Promise<LabBrowser> {
  const folder = await mkdtemp(join(tmpdir(), "anslut-browser-"));
  const entry = await lab.entry({ host: "laptop", user: "tech", argv: ["/usr/bin/chromium"] });
  const launcher = join(folder, "chromium");
  const words = ["nsenter", `--target=${lab.pid}`, "--mount", "--pid", "--net", "--", entry.file, ...entry.args];
  await writeFile(launcher, `#!/bin/sh\nexec ${words.map(quoted).join(" ")} "$@"\n`, { mode: 0o755 });
  const browser = await chromium.launch({
    executablePath: launcher,
    args: pin === undefined ? quiet : [...quiet, `--ignore-certificate-errors-spki-list=${pin}`],
    env: { ...entry.env },
  });
  const close = async (): Promise<void> => {
    await browser.close();
    await rm(folder, { recursive: true });
  };
  return { browser, close };
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
