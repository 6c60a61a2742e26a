import type { Check } from "../../../../contract/agent.ts";

/** A way to the portal as it is drawn: a port, maybe through a proxy, and whether it lets through. */
export interface Way {
  readonly port: number;
  readonly proxy: string | null;
  readonly outcome: Check["outcome"];
}

/** The ways that were looked at. The agent writes them `host:port` and `host:port via proxy:port`. */
export function waysOf(checks: readonly Check[]): readonly Way[] {
  return checks.flatMap(({ check, subject, outcome }) => {
    if (check !== "port" && check !== "proxy") return [];
    const match = /^\S+:(\d+)(?: via (\S+))?$/.exec(subject);
    if (match === null) return [];
    const [, port, proxy = null] = match;
    return [{ port: Number(port), proxy, outcome }];
  });
}
