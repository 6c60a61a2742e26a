import { CauseError } from "../../../contract/causes.ts";
import type { Machine } from "../../../contract/portal.ts";
import type { AgentState, Connection } from "../../../contract/state.ts";
import { shellWord } from "../../core/shell-word.ts";
import type { AgentClient } from "../../face/agent-client.ts";
import { cidrArgument, nameArgument, textArgument } from "../arguments.ts";
import type { Context } from "../context.ts";
import { ask, askFor } from "../context.ts";
import { dial } from "../dialling.ts";
import type { ExitCode } from "../exit-codes.ts";
import { exitCodes } from "../exit-codes.ts";
import { Stop } from "../failure.ts";
import { Progress } from "../progress.ts";
import { secondsText } from "../quantities.ts";
import { askThrough } from "../questions.ts";
import { alignedRows } from "../table.ts";
import { connectionText, isOnTheWay, networkTexts } from "../wording.ts";
import type { DialOptions } from "./dial.ts";
import { answersOf } from "./dial.ts";

export interface ConnectOptions extends DialOptions {
  readonly network?: readonly string[];
  readonly order?: string;
  readonly reason?: string;
  readonly standIn?: true;
  readonly dial: boolean;
}

/** `anslut connect MACHINE`: dials first where there is no tunnel, unless `--no-dial`. */
export async function connect(context: Context, given: string, options: ConnectOptions): Promise<ExitCode> {
  const { texts, screen } = context;
  const machine = nameArgument(given);
  const networks = options.network?.map(cidrArgument) ?? null;
  const orderNumber = textArgument(options.order ?? "", 100);
  const reason = textArgument(options.reason ?? "", 1000);
  const answers = answersOf(options);
  context.know({ machine });
  const client = await context.agent();
  if (options.dial && !isOnTheWay(client.state)) {
    screen.note(texts.say("cli.connect.dialling"));
    await dial(context, client, answers);
  }
  const progress = new Progress(screen, texts.language);
  const request = {
    type: "connect",
    machine,
    networks,
    orderNumber,
    reason,
    standIn: options.standIn === true,
  } as const;
  const forget = client.onState((state) => showConnecting(context, progress, state, machine));
  progress.step("connect", texts.say("cli.connect.connecting", { machine }));
  try {
    await askThrough(context, client, request, answers, progress);
  } catch (error) {
    throw withOverlap(error, find(client.state, machine));
  } finally {
    forget();
    progress.interrupt();
  }
  return showConnected(context, client, machine, progress.elapsedMs);
}

function find(state: AgentState, machine: string): Connection | undefined {
  return state.connections.find((connection) => connection.machine === machine || connection.name === machine);
}

function showConnecting(context: Context, progress: Progress, state: AgentState, machine: string): void {
  const connection = find(state, machine);
  if (connection === undefined || !["waiting", "requested", "routing"].includes(connection.status.state)) return;
  progress.step(connection.status.state, connectionText(connection, context.texts));
}

/** An overlap names both networks, which the cause alone cannot. */
function withOverlap(error: unknown, connection: Connection | undefined): unknown {
  if (!(error instanceof CauseError) || error.cause !== "overlap" || connection?.status.state !== "overlapping") {
    return error;
  }
  const { network, local, other, adapter, needed } = connection.status;
  const command = `anslut connect ${shellWord(connection.name)} --stand-in`;
  const values = {
    machine: connection.name,
    network,
    local,
    name: other ?? adapter ?? "",
    needed: needed ?? "",
    command,
  };
  const key = needed !== null ? "overlapNeeded" : other === null ? "overlapHere" : "overlapOther";
  return new Stop("overlap", key, values, error.detail);
}

async function showConnected(
  context: Context,
  client: AgentClient,
  machine: string,
  elapsedMs: number,
): Promise<ExitCode> {
  const { screen, texts } = context;
  const connection = find(client.state, machine);
  if (connection === undefined) throw new CauseError("internal", "the agent lists no such connection");
  const others = await othersOn(context, client, connection);
  screen.result({ connection, others, elapsedMs: Math.round(elapsedMs) });
  const good = connection.status.state === "connected";
  screen.line(
    good
      ? texts.say("cli.connect.connected", {
          machine: connection.name,
          seconds: secondsText(elapsedMs, texts.language),
        })
      : screen.styled("warn", `${connection.name}: ${connectionText(connection, texts)}`),
  );
  for (const row of alignedRows(connection.networks.map((network) => networkTexts(network, texts)))) {
    screen.line(`  ${row}`);
  }
  if (others.length > 0) screen.line(texts.say("cli.connect.others", { users: others.join(", ") }));
  screen.line(texts.say("cli.next", { command: `anslut disconnect ${shellWord(connection.name)}` }));
  return good ? exitCodes.ok : exitCodes.machine;
}

/** Who else is on the machine: worth knowing, not worth failing for. */
async function othersOn(context: Context, client: AgentClient, connection: Connection): Promise<readonly string[]> {
  const request = { type: "machines", search: connection.name, limit: 100, after: null } as const;
  const machines = await askFor(context, client, request, "machines").then(
    ({ page }) => page.machines,
    (): readonly Machine[] => [],
  );
  const present = machines.find((machine) => machine.id === connection.machine)?.present ?? [];
  return present.filter((user) => user !== client.state.identity?.user);
}

/** `anslut disconnect [MACHINE]`. */
export async function disconnect(context: Context, given: string | undefined): Promise<ExitCode> {
  const machine = given === undefined ? null : nameArgument(given);
  if (machine !== null) context.know({ machine });
  const client = await context.agent();
  const count = client.state.connections.length;
  await ask(context, client, { type: "disconnect", machine });
  context.screen.result({ done: true });
  context.screen.line(
    machine === null
      ? context.texts.say("cli.connect.disconnectedAll", { count })
      : context.texts.say("cli.connect.disconnected", { machine }),
  );
  return exitCodes.ok;
}
