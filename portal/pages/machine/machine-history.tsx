import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Failure } from "../../../contract/causes.ts";
import { failureOf } from "../../../contract/causes.ts";
import type { HistoryPage, Machine } from "../../../contract/portal.ts";
import { Button } from "../../../ui/button.tsx";
import type { Me } from "../api.ts";
import { api } from "../api.ts";
import { day } from "../moments.ts";
import { Trouble } from "../trouble.tsx";
import type { Entry } from "./history-entry.tsx";
import { HistoryEntry } from "./history-entry.tsx";

type MachineHistoryProps = { readonly machine: Machine; readonly me: Me; readonly isRemoved: boolean };

/** Who was on the machine, when, for what order, and what they wrote about it. Without rights it is one's own part of it. */
export function MachineHistory({ machine, me, isRemoved }: MachineHistoryProps) {
  const { t, i18n } = useTranslation();
  const { entries, before, failure, load, change } = useHistory(machine, isRemoved ? "removed" : "given");
  const days = Map.groupBy(entries ?? [], ({ from }) => day(from, i18n.language));

  return (
    <section className="sheet history" aria-labelledby="history-title" aria-busy={entries === null && failure === null}>
      <h2 id="history-title">{t("history.title")}</h2>
      {failure !== null && (
        <Trouble failure={failure}>
          <Button onPress={() => load(null)}>{t("trouble.again")}</Button>
        </Trouble>
      )}
      {entries?.length === 0 && <p className="quiet">{t("history.none")}</p>}
      {[...days].map(([title, own]) => (
        <div key={title} className="history-day">
          <h3>{title}</h3>
          <ol>
            {own.map((entry) => (
              <HistoryEntry key={entry.id} entry={entry} me={me} onNote={(note) => change(entry.id, note)} />
            ))}
          </ol>
        </div>
      ))}
      {before !== null && <Button onPress={() => load(before)}>{t("history.older")}</Button>}
    </section>
  );
}

type Shown = {
  readonly entries: readonly Entry[] | null;
  readonly before: string | null;
  readonly failure: Failure | null;
  readonly load: (before: string | null) => void;
  readonly change: (entry: string, note: string) => void;
};

const pageSize = 50;
const mostAtOnce = 500;

/** The entries of a machine, read anew, as many as are shown, when somebody comes or goes, or what one may see changes. */
function useHistory({ id, present }: Machine, access: "given" | "removed"): Shown {
  const [page, setPage] = useState<HistoryPage | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const newest = useRef(0);
  const count = useRef(0);
  const people = present.join("\n");

  const load = useCallback(
    (before: string | null): void => {
      newest.current += 1;
      const own = newest.current;
      const limit = before === null ? Math.min(mostAtOnce, Math.max(pageSize, count.current)) : pageSize;
      api.history(id, before, limit).then(
        (answer) => {
          if (own !== newest.current) return;
          setFailure(null);
          setPage((known) => ({
            connections: before === null ? answer.connections : [...(known?.connections ?? []), ...answer.connections],
            before: answer.before,
          }));
        },
        (error: unknown) => {
          if (own === newest.current) setFailure(failureOf(error));
        },
      );
    },
    [id],
  );

  useEffect(() => {
    count.current = page?.connections.length ?? 0;
  }, [page]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: who is there, and access, are not used: they are the reason to read anew
  useEffect(() => load(null), [load, people, access]);

  const change = (entry: string, note: string): void =>
    setPage((known) => {
      if (known === null) return null;
      const connections = known.connections.map((one) => (one.id === entry ? { ...one, note } : one));
      return { ...known, connections };
    });
  return { entries: page?.connections ?? null, before: page?.before ?? null, failure, load, change };
}
