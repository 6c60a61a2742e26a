import type { FirewallName, ProxyKind } from "./firewall.ts";
import type { LineName } from "./topology.ts";

/** What `open.ts` tells `inside.ts`. */
export interface InsideOptions {
  readonly office: FirewallName;
  readonly proxy: ProxyKind;
  readonly roundTripMs: Readonly<Record<LineName, number>>;
  readonly stands: "network" | "product";
  readonly checkout: string;
  readonly wire: string;
  /** A directory of the machine that the lab may write to, or nothing. */
  readonly share: string;
  /** A directory of the machine that the lab may read below /opt/script, or nothing. */
  readonly scripts: string;
}
