import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { closed, decoder, nullable, oneOf } from "../../contract/decoder.ts";
import { Cause } from "../../contract/failure.ts";
import { RouterTicket } from "../../contract/portal.ts";
import { Host, Milliseconds, Port, Time, text } from "../../contract/values.ts";

/** What `status` shows of the running program: `/var/lib/anslut-router/state.json`. No secret is in it. */
export const State = closed({
  /** Of the process that wrote it, so that a killed one is not taken for a living one. */
  pid: Milliseconds,
  startTicks: text(40),
  portal: closed({ host: Host, port: Port }),
  serial: text(64),
  state: oneOf(["connecting", "connected", "waiting", "stopped"]),
  since: Time,
  /** While connected; else null. */
  endpoint: nullable(text(300)),
  address: nullable(text(15)),
  adapter: nullable(text(15)),
  lans: RouterTicket.properties.lans,
  /** While waiting; else null. */
  cause: nullable(Cause),
  next: nullable(Time),
});
const decodeState = decoder("state", State);
export type State = ReturnType<typeof decodeState>;

function statePath(directory: string): string {
  return join(directory, "state.json");
}

/** Whole or not at all. It need not survive a power cut, because nothing it tells of does. */
export async function writeState(directory: string, state: State): Promise<void> {
  const path = statePath(directory);
  await writeFile(`${path}.new`, `${JSON.stringify(state)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** The state of the running program; null where none runs. */
export async function readState(directory: string): Promise<State | null> {
  try {
    const state = decodeState(JSON.parse(await readFile(statePath(directory), "utf8")));
    const alive = (await startTicksOf(state.pid)) === state.startTicks;
    return alive && state.state !== "stopped" ? state : null;
  } catch {
    return null; // never run, or written by another version
  }
}

/** When a process began, in clock ticks since boot (proc(5): field 22): tells it from a later one with its number. */
export async function startTicksOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}
