import type { Clock } from "../app/dial/clock.ts";
import type { RouterLan } from "./firewall/plan.ts";
import type { Texts } from "./texts.ts";
import type { Report, Tell } from "./tunnel/report.ts";

export interface PrinterOptions {
  readonly texts: Texts;
  /** Host of the portal, for sentences about it. */
  readonly portal: string;
  readonly json: boolean;
  readonly clock: Clock;
  readonly write: (line: string) => void;
}

/** One line for each report: a sentence, or with `--json` an object with the time in UTC. */
export function printer({ texts, portal, json, clock, write }: PrinterOptions): Tell {
  return (report) => {
    const at = new Date(clock.nowMs()).toISOString();
    write(json ? JSON.stringify({ at, ...report }) : sentence(report, texts, portal));
  };
}

export function lansText(lans: readonly RouterLan[], { text }: Texts): string {
  if (lans.length === 0) return text("run.noLan");
  return lans
    .map(({ network, standIn }) =>
      standIn === null ? text("run.lan", { network }) : text("run.lanStandIn", { network, standIn }),
    )
    .join(", ");
}

function sentence(report: Report, texts: Texts, portal: string): string {
  const { text } = texts;
  switch (report.state) {
    case "starting":
      return text("run.starting", { portal: report.portal, serial: report.serial });
    case "connecting":
      return text("run.connecting");
    case "connected": {
      const { endpoint, address, lans } = report;
      const seconds = (report.elapsedMs / 1000).toFixed(1);
      return text("run.connected", { endpoint, address, seconds, lans: lansText(lans, texts) });
    }
    case "waiting": {
      const headline = texts.headline(report.failure.cause, portal);
      return text("run.waiting", { headline, seconds: String(Math.round(report.delayMs / 1000)) });
    }
    case "warning":
      return text("run.warning", { text: texts.warning(report) });
    case "helper":
      return text("run.helper", { text: report.text });
    case "stopped":
      return text("run.stopped");
  }
}
