import { parseArgs } from "node:util";
import { type FirewallName, firewallNames, isFirewallName } from "../lab/firewall.ts";

export interface StageArguments {
  readonly office: FirewallName;
  /** Ends by itself, also on a terminal. */
  readonly once: boolean;
  /** The summary as one JSON object on stdout; the steps go to stderr. */
  readonly json: boolean;
  readonly help: boolean;
}

export const usage = `Usage: npm start -- [--office <firewall>] [--once] [--json]

A technician in an office reaches the PLC of a machine in a factory: everything real, in a world of its own. On a desktop the
program's window opens on the technician's laptop; without a display, and with --once, the way is told line by line.

Options:
  --office <firewall>   what the office lets out: ${firewallNames.join(", ")}; default: proxyOnly
  --once                do not stop in between for trying by hand
  --json                print the summary as one JSON object
  --help
`;

/** @throws with a sentence about what is wrong */
export function readArguments(argv: readonly string[]): StageArguments {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      office: { type: "string", default: "proxyOnly" },
      once: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const { office, once, json, help } = values;
  if (!isFirewallName(office)) {
    throw new Error(`There is no office "${office}". There are: ${firewallNames.join(", ")}.`);
  }
  return { office, once, json, help };
}
