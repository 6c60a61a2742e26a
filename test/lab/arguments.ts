import { parseArgs } from "node:util";
import {
  type FirewallName,
  firewallNames,
  isFirewallName,
  isProxyKind,
  type ProxyKind,
  proxyPorts,
} from "./firewall.ts";
import { type HostName, hostNames, isHostName } from "./topology.ts";

export const usage = `Usage: npm run lab -- [options]                          open the lab, with a shell on the laptop
       npm run lab -- [options] run <script> [args …]     open it and run a script on the laptop as the technician
       npm run lab -- exec [--user <name>] [--lab <pid>] <host> -- <command …>
                                                          run a command on a host of the running lab, root by default

Options:
  --office <firewall>   ${firewallNames.join(", ")}; default: open
  --proxy <kind>        which proxy proxyOnly lets through: ${Object.keys(proxyPorts).join(", ")}; default: basic
  --delay <ms>          round trip between office and internet; default: 40
  --share <directory>   a directory that the lab may write to; on every host it is /opt/share
  --bare                only the network: without portal, helper and routers
  --help

Hosts: ${hostNames.join(", ")}
Variables, users and what else there is: test/lab/README.md
`;

export interface OpenArguments {
  readonly office: FirewallName;
  readonly proxy: ProxyKind;
  readonly roundTripMs: number;
  readonly share: string | undefined;
  readonly stands: "product" | "network";
}

export type Arguments =
  | { readonly does: "help" }
  | ({ readonly does: "shell" } & OpenArguments)
  | ({ readonly does: "run"; readonly script: string; readonly args: readonly string[] } & OpenArguments)
  | {
      readonly does: "exec";
      readonly host: HostName;
      readonly user: string;
      readonly lab: number | undefined;
      readonly argv: readonly string[];
    };

/** @throws with a sentence about what is wrong */
export function readArguments(argv: readonly string[]): Arguments {
  const { own, verb, rest } = split(argv);
  const { values } = parseArgs({
    args: own,
    options: {
      office: { type: "string", default: "open" },
      proxy: { type: "string", default: "basic" },
      delay: { type: "string", default: "40" },
      share: { type: "string" },
      bare: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help || (verb !== "exec" && rest[0] === "--help")) return { does: "help" };
  if (verb === "exec") return readExec(rest);
  if (!isFirewallName(values.office)) {
    throw new Error(`There is no firewall "${values.office}". There are: ${firewallNames.join(", ")}.`);
  }
  if (!isProxyKind(values.proxy)) {
    throw new Error(`There is no proxy "${values.proxy}". There are: ${Object.keys(proxyPorts).join(", ")}.`);
  }
  const open: OpenArguments = {
    office: values.office,
    proxy: values.proxy,
    roundTripMs: milliseconds(values.delay),
    share: values.share,
    stands: values.bare ? "network" : "product",
  };
  if (verb === "shell") return { does: "shell", ...open };
  const [script, ...args] = rest;
  if (script === undefined) throw new Error("Which script? npm run lab -- run <script> [args …]");
  return { does: "run", script, args, ...open };
}

/** Our own options end at the verb: what follows belongs to the script or the command. */
function split(argv: readonly string[]): {
  readonly own: string[];
  readonly verb: "shell" | "run" | "exec";
  readonly rest: readonly string[];
} {
  const takesValue = ["--office", "--proxy", "--delay", "--share"];
  const own: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at]!;
    if (word === "run" || word === "exec") return { own, verb: word, rest: argv.slice(at + 1) };
    if (!word.startsWith("-")) throw new Error(`"${word}" is neither run nor exec. Try --help.`);
    own.push(word);
    const value = argv[at + 1];
    if (takesValue.includes(word) && value !== undefined) {
      own.push(value);
      at++;
    }
  }
  return { own, verb: "shell", rest: [] };
}

function readExec(words: readonly string[]): Arguments {
  const dashes = words.indexOf("--");
  const { values, positionals } = parseArgs({
    args: words.slice(0, dashes < 0 ? words.length : dashes),
    options: {
      user: { type: "string", default: "root" },
      lab: { type: "string" },
      help: { type: "boolean", default: false },
    },
    allowPositionals: true,
  });
  if (values.help) return { does: "help" };
  const [host, ...more] = positionals;
  const argv = dashes < 0 ? [] : words.slice(dashes + 1);
  if (host === undefined || more.length > 0 || argv.length === 0) {
    throw new Error("Say it like this: npm run lab -- exec <host> -- <command …>");
  }
  if (!isHostName(host)) throw new Error(`There is no host "${host}". There are: ${hostNames.join(", ")}.`);
  const lab = values.lab === undefined ? undefined : Number(values.lab);
  return { does: "exec", host, user: values.user, lab, argv };
}

function milliseconds(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0 || value > 10_000) {
    throw new Error(`--delay takes milliseconds from 0 to 10000, not "${text}".`);
  }
  return value;
}
