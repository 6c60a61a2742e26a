import { JournalFile } from "../history/journal-file.ts";

// Writes entries for ever and says each one that is safely down, until somebody kills it.

const [path = "", round = ""] = process.argv.slice(2);
const journal = new JournalFile(path);
for (let number = 0; ; number++) {
  const id = `${round}-${number}`;
  const entry = {
    kind: "tunnel",
    id,
    portal: "portal.test",
    account: "acme",
    user: "anna",
    machine: null,
    endpoint: null,
    networks: [],
    from: "2026-11-21T12:00:00.000Z",
    until: null,
    received: 0,
    sent: 0,
    orderNumber: "",
    reason: "x".repeat(900),
    ended: null,
  } as const;
  await journal.append({ type: "began", entry: { ...entry, networks: [] } });
  process.stdout.write(`${id}\n`);
}
