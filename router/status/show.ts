import type { CredentialStore } from "../credentials/credentials.ts";
import { chooseLans } from "../firewall/plan.ts";
import { standingNetworks } from "../interfaces.ts";
import { lansText } from "../printer.ts";
import { type ExitCode, exitCodes } from "../problem.ts";
import type { Texts } from "../texts.ts";
import { forwardingWarnings, lanWarnings, type Warning } from "../warnings.ts";
import { readState, type State } from "./state-file.ts";

export interface StatusAnswer {
  readonly exitCode: ExitCode;
  readonly lines: readonly string[];
}

/** What `status` prints, and its exit code: 0 connected, 3 not. The warnings are looked up anew. */
export async function showStatus(
  directory: string,
  store: CredentialStore,
  texts: Texts,
  form: "text" | "json",
): Promise<StatusAnswer> {
  const { portal, serial, lan } = store.current;
  const state = await readState(directory);
  const warnings = state === null ? [] : await warningsOf(state, lan);
  const exitCode = state?.state === "connected" ? exitCodes.done : exitCodes.notConnected;
  if (form === "json") {
    const {
      pid: _pid,
      startTicks: _ticks,
      ...shown
    } = state ?? { portal, serial, state: "stopped", pid: 0, startTicks: "" };
    return { exitCode, lines: [JSON.stringify({ ...shown, warnings })] };
  }
  return {
    exitCode,
    lines: [
      texts.text("status.portal", { portal: `${portal.host}:${portal.port}`, serial }),
      state === null ? texts.text("status.stopped") : sentence(state, texts),
      ...warnings.map((warning) => texts.text("run.warning", { text: texts.warning(warning) })),
    ],
  };
}

async function warningsOf({ adapter, lans }: State, lan: string): Promise<readonly Warning[]> {
  if (adapter === null || lans.length === 0) return [];
  const { served } = chooseLans(lans, []);
  return [...(await forwardingWarnings([adapter, lan])), ...lanWarnings(served, lan, standingNetworks())];
}

function sentence(state: State, texts: Texts): string {
  const { since } = state;
  switch (state.state) {
    case "connected": {
      const values = { since, endpoint: state.endpoint ?? "", address: state.address ?? "" };
      return texts.text("status.connected", { ...values, lans: lansText(state.lans, texts) });
    }
    case "waiting": {
      const cause = state.cause ?? "internal";
      const { host } = state.portal;
      return texts.text("status.waiting", {
        since,
        headline: texts.headline(cause, host),
        advice: texts.advice(cause, host),
      });
    }
    case "connecting":
      return texts.text("status.connecting");
    default:
      return texts.text("status.stopped");
  }
}
