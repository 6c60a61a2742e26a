import { create } from "zustand";
import type { AgentResult, JournalEntry } from "../../../../contract/agent.ts";
import type { Failure } from "../../../../contract/causes.ts";
import { failureOf } from "../../../../contract/causes.ts";
import type { Connection } from "../../../../contract/state.ts";
import { ask } from "../ask.ts";
import { DraftKeeper } from "./draft-keeper.ts";

type PortalEntries = Extract<AgentResult, { readonly type: "history" }>["page"]["connections"];

/** Both histories as they were read last. Null: not yet. */
export type Journals = {
  readonly here: readonly JournalEntry[] | null;
  readonly hereFailure: Failure | null;
  readonly portal: PortalEntries | null;
  readonly portalFailure: Failure | null;
  /** How many are being read. */
  readonly reading: number;
};

export const useJournals = create<Journals>()(() => ({
  here: null,
  hereFailure: null,
  portal: null,
  portalFailure: null,
  reading: 0,
}));

/** The agent gives no more at once. */
export const mostRows = 500;

/** Reads this computer's own journal anew. What was known stays when that fails. */
export function readJournal(): Promise<void> {
  return read(
    async () => {
      const result = await ask({ type: "history", where: "here", limit: mostRows });
      if (result.type === "journal") useJournals.setState({ here: result.entries, hereFailure: null });
    },
    (hereFailure) => ({ hereFailure }),
  );
}

/** Reads the portal's history anew. */
export function readPortalHistory(): Promise<void> {
  return read(
    async () => {
      const result = await ask({ type: "history", where: "portal", limit: mostRows });
      if (result.type === "history") useJournals.setState({ portal: result.page.connections, portalFailure: null });
    },
    (portalFailure) => ({ portalFailure }),
  );
}

async function read(work: () => Promise<void>, failed: (failure: Failure) => Partial<Journals>): Promise<void> {
  const { setState } = useJournals;
  setState(({ reading }) => ({ reading: reading + 1 }));
  try {
    await work();
  } catch (error) {
    setState(failed(failureOf(error)));
  } finally {
    setState(({ reading }) => ({ reading: reading - 1 }));
  }
}

/** The journal's line of a connection that stands. */
export function openEntryOf(here: Journals["here"], { name }: Pick<Connection, "name">): JournalEntry | undefined {
  return here?.find(({ kind, machine, until }) => kind === "connection" && machine === name && until === null);
}

/** Notes to entries of the own journal, by the entry's id. The agent brings them to the portal as soon as it can. */
export const journalNotes = new DraftKeeper<string>(async (entry, note) => {
  await ask({ type: "annotate", entry, note });
  await readJournal();
});
