import { useTranslation } from "react-i18next";
import type { Machine } from "../../../../contract/portal.ts";
import type { Connection } from "../../../../contract/state.ts";
import { durationText } from "../../../core/quantities.ts";
import { clockText, useNow } from "../moment.ts";
import { Card } from "../panel/card.tsx";
import { openEntryOf, useJournals } from "../panel/journal.ts";
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
  const entry = useJournals(({ here }) => openEntryOf(here, connection));
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
      {isComing(status) ? <p>{t(`panels.connection.coming.${status.state}`)}</p> : <TrafficPlot machine={machine} />}
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

type Coming = Extract<Connection["status"], { readonly state: "waiting" | "requested" | "routing" }>;

/** Nothing is measured yet, or not any more: then it is said what comes, instead of drawing an empty plot. */
function isComing(status: Connection["status"]): status is Coming {
  return status.state === "waiting" || status.state === "requested" || status.state === "routing";
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
