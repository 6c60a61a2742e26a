import type { AgentResult, JournalEntry } from "../../../../contract/agent.ts";
import type { Cause } from "../../../../contract/causes.ts";

type PortalEntry = Extract<AgentResult, { readonly type: "history" }>["page"]["connections"][number];

/** One line of either history. */
export interface HistoryRow {
  readonly id: string;
  readonly kind: "tunnel" | "connection";
  /** The machine; of a tunnel, the way it took. */
  readonly what: string;
  readonly who: string;
  /** Which computer it was; empty: this one. */
  readonly laptop: string;
  readonly from: string;
  readonly until: string | null;
  readonly received: number;
  readonly sent: number;
  readonly networks: JournalEntry["networks"];
  readonly orderNumber: string;
  readonly reason: string;
  readonly note: string;
  readonly ended: Cause | null;
  /** Entry of this computer's own journal to which a note can be written. */
  readonly journal: string | null;
  /** Whether the portal has it too; null where that is no question. */
  readonly delivered: boolean | null;
}

export function rowsOfJournal(entries: readonly JournalEntry[]): readonly HistoryRow[] {
  return entries.map((entry) => ({
    id: entry.id,
    kind: entry.kind,
    what: entry.machine ?? entry.endpoint ?? entry.portal,
    who: entry.user,
    laptop: "",
    from: entry.from,
    until: entry.until,
    received: entry.received,
    sent: entry.sent,
    networks: entry.networks,
    orderNumber: entry.orderNumber,
    reason: entry.reason,
    note: entry.note,
    ended: entry.ended,
    journal: entry.kind === "connection" ? entry.id : null,
    delivered: entry.kind === "connection" ? entry.delivered : null,
  }));
}

/** The portal's rows; a connection that is in this computer's own journal as well can be given a note here. */
export function rowsOfPortal(
  connections: readonly PortalEntry[],
  journal: readonly JournalEntry[],
): readonly HistoryRow[] {
  // A journal entry of a connection is called after its tunnel and its intent; the portal calls it after the intent.
  const own = new Map(journal.map((entry) => [entry.id.split(" ").at(-1), entry.id]));
  return connections.map((connection) => ({
    id: connection.id,
    kind: "connection",
    what: connection.machine,
    who: connection.user,
    laptop: connection.laptop,
    from: connection.from,
    until: connection.until,
    received: connection.received,
    sent: connection.sent,
    networks: connection.networks,
    orderNumber: connection.orderNumber,
    reason: connection.reason,
    note: connection.note,
    ended: connection.ended,
    journal: own.get(connection.id) ?? null,
    delivered: null,
  }));
}

/** Rows in which every word of the search stands somewhere. */
export function findRows(rows: readonly HistoryRow[], search: string): readonly HistoryRow[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const networks = row.networks.flatMap(({ network, standIn }) => [network, standIn ?? ""]);
    const text = [row.what, row.who, row.laptop, row.orderNumber, row.reason, row.note, ...networks]
      .join("\n")
      .toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** Rows by the day they began, in the order they come. `day` is the first row's time. */
export function byDay(
  rows: readonly HistoryRow[],
): readonly { readonly day: string; readonly rows: readonly HistoryRow[] }[] {
  const days = new Map<string, HistoryRow[]>();
  for (const row of rows) {
    const day = new Date(row.from).toDateString();
    days.set(day, [...(days.get(day) ?? []), row]);
  }
  return [...days.values()].map((own) => ({ day: own[0]?.from ?? "", rows: own }));
}
