import type { PortalEntry } from "../../../contract/agent.ts";
import { fingerprintText } from "../../core/quantities.ts";
import type { AgentClient } from "../../face/agent-client.ts";
import { confirm } from "../answers.ts";
import { addressArgument, fingerprintArgument, hostArgument } from "../arguments.ts";
import type { Context } from "../context.ts";
import { ask, askFor, resultAs } from "../context.ts";
import type { ExitCode } from "../exit-codes.ts";
import { exitCodes } from "../exit-codes.ts";
import { Stop } from "../failure.ts";
import { Progress } from "../progress.ts";
import { timeText } from "../quantities.ts";
import { askThrough } from "../questions.ts";
import { tableRows } from "../table.ts";

export interface AddOptions {
  readonly fingerprint?: string;
}

/** `anslut portal add ADDRESS`: looks at the portal and adds it once the system or the person vouches for it. */
export async function addPortal(context: Context, given: string, options: AddOptions): Promise<ExitCode> {
  const { screen, texts } = context;
  const address = addressArgument(given);
  const expected = options.fingerprint === undefined ? undefined : fingerprintArgument(options.fingerprint);
  context.know({ portal: address });
  const client = await context.agent();
  await refuseWhereFixed(context, client, address);
  const progress = new Progress(screen, texts.language);
  const inspect = { type: "inspectPortal", address } as const;
  const seen = resultAs("inspection", await askThrough(context, client, inspect, {}, progress));
  const authority = seen.authority ?? "";
  if (expected !== undefined && expected !== authority) {
    throw new Stop("certificateUntrusted", authority === "" ? "noAuthority" : "fingerprintDiffers", {
      portal: seen.host,
      shown: fingerprintText(authority),
      expected: fingerprintText(expected),
    });
  }
  if (!seen.systemTrust && expected === undefined) {
    await confirmAuthority(context, {
      portal: seen.host,
      authority: seen.authorityName,
      shown: fingerprintText(authority),
      until: timeText(seen.until, context.now()),
    });
  }
  await ask(context, client, { type: "addPortal", address, fingerprint: seen.systemTrust ? null : seen.authority });
  const { portals } = await askFor(context, client, { type: "portals" }, "portals");
  screen.result({ portal: portals.find((portal) => portal.host === seen.host && portal.port === seen.port) ?? null });
  screen.line(texts.say("cli.portal.added", { portal: seen.host }));
  screen.line(texts.say("cli.next", { command: "anslut login" }));
  return exitCodes.ok;
}

/** Before anything is looked at: an administrator may have set which portals there are. */
async function refuseWhereFixed(context: Context, client: AgentClient, address: string): Promise<void> {
  const { portals: isFixed, reason } = client.state.fixed;
  if (!isFixed) return;
  const { portals } = await askFor(context, client, { type: "portals" }, "portals");
  const isPreset = portals.some((portal) => portal.fixedByPolicy && addressNames(address, portal));
  if (isPreset) return;
  throw new Stop("policyForbids", "portalsFixed", { portal: address, reason: reason === "" ? "none" : reason });
}

function addressNames(address: string, { host }: PortalEntry): boolean {
  const bracketed = host.includes(":") ? `[${host}]` : host;
  return [host, bracketed].some((name) => address === name || address.startsWith(`${name}:`));
}

async function confirmAuthority(context: Context, values: Readonly<Record<string, string>>): Promise<void> {
  const { screen, texts } = context;
  if (!context.keyboard.present) throw new Stop("certificateUntrusted", "fingerprintNeeded", values);
  screen.note(texts.say("cli.portal.unknownAuthority", values));
  screen.note();
  screen.note(`  ${values.authority ?? ""}`);
  screen.note(`  ${screen.noteStyled("bold", values.shown ?? "")}`);
  screen.note();
  if (!(await confirm(context, texts.say("cli.portal.confirm")))) {
    throw new Stop("certificateUntrusted", "fingerprintDeclined", values);
  }
}

/** `anslut portal list`. */
export async function listPortals(context: Context): Promise<ExitCode> {
  const { screen, texts } = context;
  const client = await context.agent();
  const { portals } = await askFor(context, client, { type: "portals" }, "portals");
  screen.result({ portals });
  if (portals.length === 0) {
    screen.line(texts.say("cli.portal.none"));
    screen.line(texts.say("cli.next", { command: "anslut portal add HOST" }));
    return exitCodes.ok;
  }
  const head = [
    texts.say("cli.portal.head.portal"),
    texts.say("cli.portal.head.trust"),
    texts.say("cli.portal.head.note"),
  ];
  for (const row of tableRows(
    head,
    portals.map((portal) => portalRow(context, portal)),
  ))
    screen.line(row);
  return exitCodes.ok;
}

function portalRow({ texts }: Context, portal: PortalEntry): readonly string[] {
  const trust =
    portal.authority === null
      ? texts.say("cli.portal.systemTrust")
      : texts.say("cli.portal.ownAuthority", { fingerprint: fingerprintText(portal.authority.slice(0, 16)) });
  const notes = [
    ...(portal.remembered === null ? [] : [texts.say("cli.portal.remembered", portal.remembered)]),
    ...(portal.pin === null ? [texts.say("cli.portal.unseen")] : []),
    ...(portal.fixedByPolicy ? [texts.say("cli.fixedByPolicy")] : []),
  ];
  return [`${portal.host}:${portal.port}`, trust, notes.join(", ")];
}

/** `anslut portal remove HOST`. */
export async function removePortal(context: Context, given: string): Promise<ExitCode> {
  const host = hostArgument(given.replace(/:\d+$/, ""));
  const client = await context.agent();
  await ask(context, client, { type: "removePortal", host });
  context.screen.result({ done: true });
  context.screen.line(context.texts.say("cli.portal.removed", { portal: host }));
  return exitCodes.ok;
}
