import { CauseError } from "../../../contract/causes.ts";
import type { AgentState } from "../../../contract/state.ts";
import { bytesText, durationText } from "../../core/quantities.ts";
import type { Context } from "../context.ts";
import type { ExitCode } from "../exit-codes.ts";
import { exitCodes } from "../exit-codes.ts";
import { timeText } from "../quantities.ts";
import { alignedRows, cut } from "../table.ts";
import type { TextKey } from "../texts.ts";
import { causeTexts } from "../texts.ts";
import { connectionText, endpointText, networkTexts, sessionText } from "../wording.ts";

export interface StatusOptions {
  readonly watch?: true;
}

/** Pause between two drawings of a watched status, so that its times stay true, in milliseconds. */
const redrawMs = 1000;

/** `anslut status [--watch]`. */
export async function status(context: Context, options: StatusOptions): Promise<ExitCode> {
  const client = await context.agent();
  if (options.watch !== true) {
    context.screen.result(client.state);
    for (const line of statusLines(context, client.state)) context.screen.line(line);
    return exitCodes.ok;
  }
  const view = context.screen.redraws ? new Redrawn(context) : new Printed(context);
  view.show(client.state);
  const forget = client.onState((state) => view.show(state));
  const ticker = context.screen.redraws ? setInterval(() => view.show(client.state), redrawMs) : undefined;
  try {
    await Promise.race([client.ended, aborted(context.signal)]);
  } finally {
    clearInterval(ticker);
    forget();
  }
  throw new CauseError(context.signal.aborted ? "cancelled" : "agentMissing", "");
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** In a pipe: the whole of each new state, as JSON or as lines with an empty one between. */
class Printed {
  readonly #context: Context;
  #last = "";

  constructor(context: Context) {
    this.#context = context;
  }

  show(state: AgentState): void {
    const { screen } = this.#context;
    screen.result(state);
    const text = statusLines(this.#context, state).join("\n");
    if (text === this.#last) return;
    if (this.#last !== "") screen.line();
    screen.line(text);
    this.#last = text;
  }
}

/** On a terminal: the same lines, written over. */
class Redrawn {
  readonly #context: Context;
  #height = 0;

  constructor(context: Context) {
    this.#context = context;
  }

  show(state: AgentState): void {
    const { screen } = this.#context;
    const lines = statusLines(this.#context, state).map((line) => cut(line, screen.width - 1));
    // Up to the first line, then "erase to the end of the screen" (ECMA-48 8.3.22, 8.3.39).
    const back = this.#height > 0 ? `\x1b[${this.#height}A\r\x1b[J` : "";
    screen.line(back + lines.join("\n"));
    this.#height = lines.length;
  }
}

/** The state in four to eight lines, more only for each machine. */
export function statusLines(context: Context, state: AgentState): readonly string[] {
  const { texts } = context;
  const row = (label: TextKey, text: string): readonly string[] => [texts.say(label), text];
  return alignedRows([
    row("cli.status.portal", portalText(context, state)),
    row("cli.status.tunnel", tunnelText(context, state)),
    ...trafficRows(context, state),
    ...connectionRows(context, state),
    ...(["missing", "untrusted", "mismatch"].includes(state.helper)
      ? [row("cli.status.helper", texts.say(`states.helper.${state.helper}`))]
      : []),
    ...(state.notice === null ? [] : [row("cli.status.notice", causeTexts(texts, state.notice.cause).headline)]),
    ...nextRows(context, state),
  ]);
}

function portalText({ texts }: Context, { identity }: AgentState): string {
  return identity === null ? texts.say("states.session.signedOut") : texts.say("cli.status.identity", identity);
}

function tunnelText(context: Context, { session, tunnel, identity }: AgentState): string {
  const { texts } = context;
  if (session.state === "signedOut" || session.state === "signedIn") return texts.say("cli.status.noTunnel");
  const words = sessionText(session, texts, { portal: identity?.portal });
  if (!("endpoint" in session) || session.endpoint === null) return words;
  const way = endpointText(session.endpoint, texts);
  if (session.state !== "ready") return `${words}, ${way}`;
  const roundTrip = tunnel?.roundTripMs === null || tunnel === null ? "" : `, ${tunnel.roundTripMs} ms`;
  return `${words} ${sinceText(context, session.since)}, ${way}${roundTrip}`;
}

function trafficRows({ texts }: Context, { tunnel }: AgentState): readonly (readonly string[])[] {
  if (tunnel === null) return [];
  const { slice, adapter, received, sent } = tunnel;
  const data = texts.say("cli.status.traffic", {
    received: bytesText(received, texts.language),
    sent: bytesText(sent, texts.language),
  });
  return [
    [texts.say("cli.status.address"), `${texts.say("cli.status.on", { address: slice.address, adapter })}, ${data}`],
  ];
}

function connectionRows(context: Context, state: AgentState): readonly (readonly string[])[] {
  const { screen, texts } = context;
  return state.connections.flatMap((connection) => {
    const { status } = connection;
    const since = "since" in status ? ` ${sinceText(context, status.since)}` : "";
    const roundTrip = status.state === "connected" ? `, ${status.roundTripMs} ms` : "";
    const words = `${connectionText(connection, texts)}${since}${roundTrip}`;
    const colour = status.state === "connected" ? "good" : "warn";
    const networks = connection.networks.map((network) => networkTexts(network, texts).filter((part) => part !== ""));
    return [
      [texts.say("cli.status.machine"), `${connection.name}: ${screen.styled(colour, words)}`],
      ...networks.map((parts) => ["", parts.join("  ")]),
    ];
  });
}

function nextRows({ texts }: Context, state: AgentState): readonly (readonly string[])[] {
  const command = nextCommand(state);
  return command === undefined ? [] : [[texts.say("cli.status.next"), command]];
}

function nextCommand({ session, connections }: AgentState): string | undefined {
  switch (session.state) {
    case "signedOut":
      return "anslut login";
    case "asking":
      return session.question.about === "secondFactor" ? "anslut login" : "anslut dial";
    case "signedIn":
      return "anslut dial";
    case "failed":
      return session.retryable ? "anslut dial" : "anslut doctor";
    case "ready":
      return connections.length === 0 ? "anslut connect MACHINE" : undefined;
    default:
      return undefined;
  }
}

function sinceText({ texts, now }: Context, since: string): string {
  const nowMs = now();
  return texts.say("cli.since", {
    time: timeText(since, nowMs),
    duration: durationText(nowMs - Date.parse(since), texts.language),
  });
}
