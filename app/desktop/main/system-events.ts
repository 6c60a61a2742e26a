import type { App, PowerMonitor } from "electron";
import type { AgentLink } from "../bridge/agent-link.ts";
import { machineOfArguments, machineOfLink } from "../bridge/deep-link.ts";
import type { Acts } from "./acts.ts";

export interface SystemOptions {
  readonly app: Pick<App, "on">;
  readonly powerMonitor: Pick<PowerMonitor, "on">;
  readonly link: AgentLink;
  readonly acts: Pick<Acts, "askToConnect" | "comeForward">;
}

/** What the system calls: its sleep, a second start, a link, a click on the dock. */
export function followSystem({ app, powerMonitor, link, acts }: SystemOptions): void {
  const tellSleep = (event: "suspend" | "resume"): void => {
    // The agent notices a sleep by itself, too; this is only sooner.
    link.connection?.request({ type: "power", event }).catch(() => {});
  };
  powerMonitor.on("suspend", () => tellSleep("suspend"));
  powerMonitor.on("resume", () => tellSleep("resume"));
  app.on("second-instance", (_event, words) => acts.askToConnect(machineOfArguments(words)));
  app.on("open-url", (event, address) => {
    event.preventDefault();
    acts.askToConnect(machineOfLink(address));
  });
  app.on("activate", () => acts.comeForward());
}
