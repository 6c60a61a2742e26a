import type { Clock } from "../../app/dial/clock.ts";
import type { Credentials } from "../credentials/credentials.ts";
import type { Report, Tell } from "../tunnel/report.ts";
import { type State, startTicksOf, writeState } from "./state-file.ts";

/** Keeps the state file true while `run` runs. A disk that is full is no reason to hang up. */
export async function stateRecorder(directory: string, { portal, serial }: Credentials, clock: Clock): Promise<Tell> {
  const nothing = { endpoint: null, address: null, adapter: null, lans: [], cause: null, next: null };
  const who = { pid: process.pid, startTicks: await startTicksOf(process.pid), portal, serial };
  return async (report) => {
    const change = changeOf(report, clock.nowMs());
    if (change === null) return;
    const since = new Date(clock.nowMs()).toISOString();
    await writeState(directory, { ...who, since, ...nothing, ...change }).catch(() => undefined);
  };
}

function changeOf(report: Report, nowMs: number): (Partial<State> & Pick<State, "state">) | null {
  switch (report.state) {
    case "connecting":
    case "stopped":
      return { state: report.state };
    case "connected": {
      const { endpoint, address, adapter, lans } = report;
      return { state: "connected", endpoint, address, adapter, lans: [...lans] };
    }
    case "waiting":
      return {
        state: "waiting",
        cause: report.failure.cause,
        next: new Date(nowMs + report.delayMs).toISOString(),
      };
    case "starting":
    case "warning":
    case "helper":
      return null;
  }
}
