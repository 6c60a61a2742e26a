import type { Failure } from "../../contract/causes.ts";
import type { RouterLan } from "../firewall/plan.ts";
import type { Warning } from "../warnings.ts";

/** What `run` tells as it goes. */
export type Report =
  | { readonly state: "starting"; readonly portal: string; readonly serial: string }
  | { readonly state: "connecting" }
  | {
      readonly state: "connected";
      readonly endpoint: string;
      readonly address: string;
      readonly adapter: string;
      readonly elapsedMs: number;
      readonly lans: readonly RouterLan[];
    }
  | { readonly state: "waiting"; readonly failure: Failure; readonly delayMs: number }
  | ({ readonly state: "warning" } & Warning)
  | { readonly state: "helper"; readonly level: "warn" | "error"; readonly text: string }
  | { readonly state: "stopped" };

export type Tell = (report: Report) => void | Promise<void>;
