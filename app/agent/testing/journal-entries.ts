import type { JournalEntry } from "../../../contract/agent.ts";

/** An entry that runs and has carried nothing yet; `more` says what matters to the test. */
export function journalEntry(id: string, more: Partial<JournalEntry> = {}): JournalEntry {
  return {
    kind: "tunnel",
    id,
    portal: "portal.test",
    account: "acme",
    user: "anna",
    machine: null,
    endpoint: null,
    networks: [],
    from: "2026-11-21T10:00:00.000Z",
    until: null,
    received: 0,
    sent: 0,
    orderNumber: "",
    reason: "",
    note: "",
    delivered: true,
    ended: null,
    ...more,
  };
}
