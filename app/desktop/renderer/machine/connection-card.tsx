import { useTranslation } from "react-i18next";
import type { Machine } from "../../../../contract/portal.ts";
import type { Connection } from "../../../../contract/state.ts";
import { durationText } from "../../../core/quantities.ts";
import { clockText, useNow } from "../moment.ts";
import { Card } from "../panel/card.tsx";
import { useJournals } from "../panel/journal.ts";
import { JournalNote } from "../panel/journal-note.tsx";
import { useLanguage } from "../panel/language.ts";
import { TrafficPlot } from "./traffic-plot.tsx";

/** The connection as it runs: for how long, for which order, how it does, and the note that goes with it into the history. */
export function ConnectionCard({
  machine,
  connection,
}: {
  readonly machine: Machine;
  readonly connection: Connection;
}) {
  const { t } = useTranslation();
  const entry = useJournals(({ here }) =>
    here?.find(({ kind, machine: name, until }) => kind === "connection" && name === connection.name && until === null),
  );
  const { status } = connection;
  return (
    <Card title={t("panels.connection.title")} aside={entry === undefined ? null : <Duration since={entry.from} />}>
      {entry !== undefined && (entry.orderNumber !== "" || entry.reason !== "") && (
        <dl className="machine-facts">
          {entry.orderNumber !== "" && (
            <div>
              <dt>{t("panels.before.order")}</dt>
              <dd>{entry.orderNumber}</dd>
            </div>
          )}
          {entry.reason !== "" && (
            <div>
              <dt>{t("panels.before.reason")}</dt>
              <dd>{entry.reason}</dd>
            </div>
          )}
        </dl>
      )}
      {status.state !== "requested" && status.state !== "routing" && <TrafficPlot machine={machine} />}
      {entry !== undefined && (
        <JournalNote
          key={entry.id}
          entry={entry.id}
          note={entry.note}
          delivered={null}
          label={t("panels.connection.note")}
        />
      )}
    </Card>
  );
}

function Duration({ since }: { readonly since: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow(1000);
  return (
    <p className="machine-duration">
      {t("panels.connection.duration", {
        duration: durationText(now - Date.parse(since), language),
        since: clockText(since, language),
      })}
    </p>
  );
}
