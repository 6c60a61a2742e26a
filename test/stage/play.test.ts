import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { firewallNames } from "../lab/firewall.ts";
import type { Facts } from "./play.ts";

type Summary = Facts & {
  readonly held: boolean;
  readonly steps: readonly { readonly step: string; readonly held: boolean }[];
};

/** `npm start -- --once --json --office <office>`, without npm. */
async function start(
  office: string,
): Promise<{ readonly code: number | null; readonly summary: Summary; readonly told: string }> {
  const words = [join(import.meta.dirname, "main.ts"), "--once", "--json", "--office", office];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, told, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { code: code as number | null, summary: JSON.parse(stdout) as Summary, told };
}

const endpoints: Readonly<Record<string, RegExp>> = {
  open: /^portal\.anslut\.test:1194$/,
  only443: /:443$/,
  only80: /:80$/,
  proxyOnly: /:443, through proxy\.office\.test:3129$/,
  silentDrop: /:443$/,
  tlsOnly: /:443, wrapped in TLS$/,
};

test.each(Object.keys(endpoints))(
  "in the office “%s” the technician reaches the PLC and leaves nothing behind",
  async (office) => {
    const { code, summary, told } = await start(office);
    expect(
      summary.steps.filter(({ held }) => !held),
      told,
    ).toEqual([]);
    expect(summary.endpoint).toMatch(endpoints[office] ?? /never/);
    expect(summary.register?.read).toBe(summary.register?.drawn);
    expect(summary.title?.read).toBe(summary.title?.drawn);
    expect(code).toBe(0);
  },
);

test("in the office “reject” nothing is reached, and the doctor says what to ask for", async () => {
  const { code, summary } = await start("reject");
  expect(summary.held).toBe(false);
  expect(summary.register).toBeNull();
  expect(summary.ask).toMatch(/^Ask .* let TCP out to portal\.anslut\.test, port 443 or 1194 or 80/);
  expect(code).toBe(1);
});

test("every office has been played", () => {
  expect([...Object.keys(endpoints), "reject"].sort()).toEqual([...firewallNames].sort());
});
