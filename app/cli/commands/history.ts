import type { AgentResult, JournalEntry } from "../../../contract/agent.ts";
import { bytesText, durationText } from "../../core/quantities.ts";
import { countArgument } from "../arguments.ts";
import type { Context } from "../context.ts";
import { askFor } from "../context.ts";
import type { ExitCode } from "../exit-codes.ts";
import { exitCodes } from "../exit-codes.ts";
import { fullTimeText } from "../quantities.ts";
import { tableRows } from "../table.ts";
import { causeTexts } from "../texts.ts";

export interface HistoryOptions {
  readonly portal?: true;
  readonly limit?: string;
}

type PortalRow = (AgentResult & { readonly type: "history" })["page"]["connections"][number];

/** `anslut history [--portal]`: newest first, from this computer's own journal or from the portal's. */
export async function history(context: Context, options: HistoryOptions): Promise<ExitCode> {
  const limit = countArgument(options.limit ?? "20", 500);
  const client = await context.agent();
  if (options.portal === true) {
    const { page } = await askFor(context, client, { type: "history", where: "portal", limit }, "history");
    context.screen.result({ connections: page.connections, before: page.before });
    return showRows(
      context,
      page.connections.map((row) => portalRow(context, row)),
    );
  }
  const { entries } = await askFor(context, client, { type: "history", where: "here", limit }, "journal");
  context.screen.result({ entries });
  return showRows(
    context,
    entries.map((entry) => journalRow(context, entry)),
  );
}

function showRows({ screen, texts }: Context, rows: readonly (readonly string[])[]): ExitCode {
  if (rows.length === 0) screen.line(texts.say("cli.history.none"));
  else {
    const columns = [
      "from",
      "duration",
      "what",
      "networks",
      "who",
      "data",
      "order",
      "reason",
      "note",
      "ended",
    ] as const;
    const [head, ...lines] = tableRows(
      columns.map((column) => texts.say(`cli.history.head.${column}`)),
      rows,
    );
    screen.line(screen.styled("dim", head ?? ""));
    for (const line of lines) screen.line(line);
  }
  return exitCodes.ok;
}

function journalRow(context: Context, entry: JournalEntry): readonly string[] {
  const { texts } = context;
  const tunnel = texts.say("cli.history.tunnel", { portal: entry.endpoint ?? entry.portal });
  return [
    ...timeColumns(context, entry),
    entry.machine ?? tunnel,
    networksText(entry.networks),
    entry.user,
    dataText(context, entry),
    entry.orderNumber,
    entry.reason,
    entry.note,
    endedText(context, entry),
  ];
}

function portalRow(context: Context, row: PortalRow): readonly string[] {
  return [
    ...timeColumns(context, row),
    row.machine,
    networksText(row.networks),
    row.laptop === "" ? row.user : `${row.user} (${row.laptop})`,
    dataText(context, row),
    row.orderNumber,
    row.reason,
    row.note,
    endedText(context, row),
  ];
}

/** `192.168.0.0/24 → 100.64.3.0/24`: years later it must be clear what was reached under which address. */
function networksText(networks: JournalEntry["networks"]): string {
  return networks.map(({ network, standIn }) => (standIn === null ? network : `${network} → ${standIn}`)).join(", ");
}

type Row = Pick<JournalEntry, "from" | "until" | "received" | "sent" | "ended" | "machine">;

function timeColumns({ texts, now }: Context, { from, until }: Pick<Row, "from" | "until">): readonly string[] {
  const durationMs = (until === null ? now() : Date.parse(until)) - Date.parse(from);
  const duration = durationText(durationMs, texts.language);
  return [fullTimeText(from), until === null ? texts.say("cli.history.open", { duration }) : duration];
}

function dataText({ texts }: Context, { received, sent }: Pick<Row, "received" | "sent">): string {
  return texts.say("cli.status.traffic", {
    received: bytesText(received, texts.language),
    sent: bytesText(sent, texts.language),
  });
}

function endedText({ texts }: Context, { ended, machine }: Pick<Row, "ended" | "machine">): string {
  return ended === null ? "" : causeTexts(texts, ended, { machine: machine ?? undefined }).headline;
}
