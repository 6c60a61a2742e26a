import { type ChildProcessByStdio, spawn } from "node:child_process";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { ask } from "./ask.ts";
import type { FirewallName, ProxyKind } from "./firewall.ts";
import { guardedProcesses } from "./guarded.ts";
import type { InsideOptions } from "./inside-options.ts";
import { Lab } from "./lab.ts";
import { privateMark, sharedMark } from "./marks.ts";
import type { LineName } from "./topology.ts";
import { wireProgram } from "./wire-program.ts";

export interface LabOptions {
  /** The office's firewall at the start; `open` if left out. */
  readonly office?: FirewallName;
  /** Which proxy `proxyOnly` lets the laptops reach; Basic if left out. */
  readonly proxy?: ProxyKind;
  /** Round trip of each line in milliseconds; 40 for the office and 0 for the factories if left out. */
  readonly roundTripMs?: Partial<Readonly<Record<LineName, number>>>;
  /** A directory of the machine that every host sees, writable, at /opt/share. */
  readonly share?: string;
  /** A directory of the machine that every host sees, read-only, at /opt/script. */
  readonly scripts?: string;
  /** With portal, helpers and routers (`product`, which needs `dist/`), or without (`network`, if left out). */
  readonly stands?: "network" | "product";
  /** Whether `npm run lab -- exec` may find it. */
  readonly visibility?: "private" | "shared";
}

const checkout = dirname(dirname(import.meta.dirname));

const firstProcess = 'mount --make-rprivate / && mount -t proc proc /proc && "$@"; exit $?';

/**
 * Opens a lab. It lives in namespaces of its own and ends, leaving nothing, when it is closed or when this process (or npm
 * above it) ends, however that happens.
 * @throws if this process is not root, or something the lab needs is missing
 */
export async function openLab(options: LabOptions = {}): Promise<Lab> {
  if (process.getuid?.() !== 0) throw new Error("The lab makes network namespaces, so it has to be opened by root.");
  const inside: InsideOptions = {
    office: options.office ?? "open",
    proxy: options.proxy ?? "basic",
    roundTripMs: { office: 40, factory1: 0, factory2: 0, ...options.roundTripMs },
    stands: options.stands ?? "network",
    checkout,
    wire: await wireProgram(checkout),
    share: options.share ?? "",
    scripts: options.scripts ?? "",
  };
  const mark = options.visibility === "shared" ? sharedMark : privateMark;
  const child = spawn(
    inside.wire,
    [
      ...["guard", guardedProcesses().join(","), "--"],
      // A shell is the namespace's first process, because it takes in orphans, which Node does not.
      ...["sh", "-c", firstProcess, mark, process.execPath, fileURLToPath(new URL("./inside.ts", import.meta.url))],
      JSON.stringify(inside),
    ],
    // A session of its own: Ctrl-C belongs to whoever opened the lab, who then closes it.
    { stdio: ["pipe", "pipe", "inherit"], detached: true },
  );
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.stdin.on("error", () => {}); // it has ended, and says so by itself
  const pid = await readyPid(child);
  const description = await ask(pid, { does: "describe" });
  const close = async (): Promise<void> => {
    child.stdin.end();
    await ended;
  };
  return new Lab(pid, description, close, ended);
}

/** Reads what the guard and then `inside.ts` say, and returns the pid of the lab's first process. */
function readyPid(child: ChildProcessByStdio<Writable, Readable, null>): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", () => reject(new Error("the lab ended before it was open")));
    let pid = 0;
    createInterface(child.stdout).on("line", (line) => {
      const said = JSON.parse(line) as { readonly pid?: number; readonly failed?: string };
      if (said.failed !== undefined) reject(new Error(`The lab could not be opened: ${said.failed}`));
      else if (said.pid !== undefined) pid = said.pid;
      else resolve(pid);
    });
  });
}
