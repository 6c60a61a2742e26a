import { spawn } from "node:child_process";
import type { InterfaceName } from "../interface-name.ts";

/** Debian's iproute2; never looked for in PATH. */
const program = "/usr/sbin/ip";

/** What the kernel says of a neighbour (RFC 4861's states, which Linux uses for ARP, too). */
export interface Neighbour {
  readonly address: string;
  readonly state: "answers" | "silent" | "unknown";
}

/** The neighbours of a machine's devices: read, and asked for anew. A double stands in for it in tests. */
export interface Neighbourhood {
  read(): Promise<readonly Neighbour[]>;
  ask(addresses: readonly string[]): Promise<void>;
}

/** The kernel's neighbours on one interface. Nothing but ARP goes to them. */
export function kernelNeighbours(device: InterfaceName): Neighbourhood {
  const table = async () => parse(await run(["-4", "-j", "neigh", "show", "dev", device], ""));
  return {
    read: async () => (await table()).map(({ address, kernel }) => ({ address, state: stateOf(kernel) })),
    /**
     * Has the kernel ask whether they are there: up to three times in three seconds, then it says FAILED. Those it is asking
     * already are left alone. `probe` asks a known one at its own MAC, `use` (NTF_USE) resolves the others.
     */
    ask: async (addresses) => {
      const states = new Map((await table()).map(({ address, kernel }) => [address, kernel]));
      const lines = addresses.flatMap((address) => {
        const state = states.get(address);
        if (state === "INCOMPLETE" || state === "PROBE" || state === "DELAY") return [];
        if (state === "REACHABLE" || state === "STALE") return [`neigh change ${address} dev ${device} nud probe`];
        return [`neigh replace ${address} dev ${device} use nud none`];
      });
      if (lines.length > 0) await run(["-force", "-4", "-batch", "-"], `${lines.join("\n")}\n`);
    },
  };
}

function parse(text: string): readonly { readonly address: string; readonly kernel: string }[] {
  const list = JSON.parse(text === "" ? "[]" : text) as readonly { readonly dst: string; readonly state?: string[] }[];
  return list.map(({ dst, state = [] }) => ({ address: dst, kernel: state[0] ?? "NONE" }));
}

function stateOf(kernel: string): Neighbour["state"] {
  if (kernel === "REACHABLE" || kernel === "PERMANENT") return "answers";
  return kernel === "FAILED" ? "silent" : "unknown";
}

/** What ip(8) printed; nothing where it could not do it: then there is nothing to tell. */
function run(args: readonly string[], input: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const child = spawn(program, args, { env: {}, stdio: ["pipe", "pipe", "ignore"] });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    text += part;
  });
  child.on("error", () => resolve(""));
  child.on("close", () => resolve(text.trim()));
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  return promise;
}
