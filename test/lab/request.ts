import type { Entry, EntryPlan } from "./entry.ts";
import type { FirewallName, ProxyKind } from "./firewall.ts";
import type { LineSetting } from "./line.ts";
import type { HostName, LineName } from "./topology.ts";

/** What the lab can be asked for over its control channel. */
export type Request =
  | ({ readonly does: "exec" } & EntryPlan)
  | ({ readonly does: "entry" } & EntryPlan)
  | { readonly does: "firewall"; readonly firewall: FirewallName; readonly proxy: ProxyKind }
  | { readonly does: "line"; readonly line: LineName; readonly change: Partial<LineSetting> }
  | { readonly does: "cable"; readonly host: HostName; readonly device?: string; readonly plugged: "in" | "out" }
  | { readonly does: "powerCut"; readonly host: HostName }
  | { readonly does: "powerOn"; readonly host: HostName }
  | { readonly does: "sleep"; readonly host: HostName }
  | { readonly does: "wake"; readonly host: HostName }
  | { readonly does: "packets"; readonly host: HostName }
  | { readonly does: "log"; readonly host: HostName; readonly name: string }
  | { readonly does: "describe" }
  | { readonly does: "close" };

export interface Answers {
  readonly entry: Entry;
  readonly firewall: null;
  readonly line: null;
  readonly cable: null;
  readonly powerCut: null;
  readonly powerOn: null;
  readonly sleep: null;
  readonly wake: null;
  readonly packets: { readonly received: number; readonly sent: number };
  readonly log: string;
  readonly describe: Description;
  readonly close: null;
}

/** What the lab says about itself once it is up: everything drawn at its start. */
export interface Description {
  readonly office: FirewallName;
  readonly roundTripMs: number;
  /** `LAB_*` variables: every address, name and credential (README.md). */
  readonly variables: Readonly<Record<string, string>>;
}

export interface ExitStatus {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}
