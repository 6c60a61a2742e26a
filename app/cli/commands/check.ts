import type { AgentResult, Judged, Probe } from "../../../contract/agent.ts";
import { shellWord } from "../../core/shell-word.ts";
import { countArgument, ipv4Argument, nameArgument } from "../arguments.ts";
import type { Context } from "../context.ts";
import { askFor } from "../context.ts";
import type { ExitCode } from "../exit-codes.ts";
import { exitCodes } from "../exit-codes.ts";
import { padded, wrapped } from "../table.ts";

export interface CheckOptions {
  readonly address?: string;
  readonly port?: readonly string[];
}

/** `anslut check MACHINE`: each try as it ends, from the router and from here; then what it comes to, and the cure. */
export async function check(context: Context, given: string, options: CheckOptions): Promise<ExitCode> {
  const { screen, texts } = context;
  const machine = nameArgument(given);
  const address = options.address === undefined ? null : ipv4Argument(options.address);
  const ports = options.port?.map((port) => countArgument(port, 65_535)) ?? null;
  context.know({ machine });
  const client = await context.agent();
  const onProbe = (probe: Probe) => showProbe(context, probe);
  const request = { type: "check", machine, address, ports } as const;
  const result = await askFor(context, client, request, "reachability", { onProbe });
  screen.result({ machine: result.machine, devices: result.devices, probes: result.probes, untested: result.untested });
  for (const device of result.devices) showJudged(context, result, device);
  const { devices, untested } = result;
  if (untested.length > 0) {
    const counts = { tested: devices.length, all: devices.length + untested.length };
    screen.line();
    screen.line(texts.say("cli.check.untested", { ...counts, machine: shellWord(result.machine) }));
    screen.line(`  ${untested.join(" ")}`);
  }
  return result.devices.every(({ verdict }) => verdict === "good") ? exitCodes.ok : exitCodes.machine;
}

function showProbe({ screen, texts }: Context, { from, address, by, port, outcome }: Probe): void {
  if (outcome === "untested") return;
  const style = outcome === "answers" ? "good" : outcome === "refused" ? "warn" : "bad";
  const sides = (["router", "laptop"] as const).map((side) => texts.say(`cli.check.from.${side}`));
  const width = Math.max(...sides.map((side) => side.length));
  const what = port === null ? texts.say(`cli.check.by.${by}`) : `TCP ${port}`;
  const side = padded(texts.say(`cli.check.from.${from}`), width);
  const said = screen.styled(style, texts.say(`cli.check.outcome.${outcome}`));
  screen.line(`${side}  ${padded(address, 15)}  ${padded(what, 9)}  ${said}`);
}

function showJudged(
  { screen, texts }: Context,
  { machine }: AgentResult & { readonly type: "reachability" },
  judged: Judged,
): void {
  const { address, reachedAs, verdict, port, cure } = judged;
  const device =
    address === null ? machine : address === reachedAs || reachedAs === null ? address : `${address} (${reachedAs})`;
  const values = { machine, device, port: port === null ? "any" : String(port) };
  screen.line();
  screen.line(screen.styled(verdict === "good" ? "good" : "bad", texts.say(`verdicts.${verdict}.headline`, values)));
  const advice = texts.say(`verdicts.${verdict}.advice`, values);
  for (const line of wrapped(advice, screen.width - 2)) screen.line(`  ${line}`);
  if (cure !== null) screen.line(`  ${texts.say("cli.next", { command: cure })}`);
}
