import { useId, useState } from "react";
import { Button as AriaButton } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { Icon } from "../../../../ui/icon.tsx";
import { bytesText, durationText } from "../../../core/quantities.ts";
import { clockText, dayText, useNow } from "../moment.ts";
import { JournalNote } from "../panel/journal-note.tsx";
import { useLanguage } from "../panel/language.ts";
import { networksText } from "./csv.ts";
import { useEndedText } from "./ended-text.ts";
import type { HistoryRow } from "./rows.ts";
import { byDay } from "./rows.ts";

/** Rows under the days they began. Each opens to all that is known of it. */
export function HistoryList({ rows }: { readonly rows: readonly HistoryRow[] }) {
  const language = useLanguage();
  const [open, setOpen] = useState<string | null>(null);
  return (
    <div className="history-days">
      {byDay(rows).map(({ day, rows: own }) => (
        <section key={day} aria-label={dayText(day, language)}>
          <h2>{dayText(day, language)}</h2>
          <ul className="history-rows">
            {own.map((row) => (
              <Row
                key={row.id}
                row={row}
                isOpen={open === row.id}
                onOpen={() => setOpen(open === row.id ? null : row.id)}
              />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

type RowProps = { readonly row: HistoryRow; readonly isOpen: boolean; readonly onOpen: () => void };

function Row({ row, isOpen, onOpen }: RowProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow(30_000);
  const ended = useEndedText();
  const id = useId();
  const duration = durationText((row.until === null ? now : Date.parse(row.until)) - Date.parse(row.from), language);
  const who = row.laptop === "" ? row.who : t("panels.history.whoWhere", { who: row.who, laptop: row.laptop });
  return (
    <li className="history-row" data-open={isOpen} data-kind={row.kind}>
      <AriaButton className="history-summary" aria-expanded={isOpen} aria-controls={id} onPress={onOpen}>
        <Icon name="chevron" />
        <span className="history-time">
          {clockText(row.from, language)}
          {row.until === null ? ` – ${t("panels.history.now")}` : ` – ${clockText(row.until, language)}`}
        </span>
        <span className="history-what">
          <strong>{row.kind === "tunnel" ? t("panels.history.tunnel", { way: row.what }) : row.what}</strong>
          <span className="panel-quiet">{[row.orderNumber, row.reason].filter((part) => part !== "").join(" · ")}</span>
        </span>
        <span className="history-duration">{duration}</span>
        <span className="history-ended" data-good={row.until === null || row.ended === null}>
          {ended(row)}
        </span>
        <span className="history-noted">{row.note !== "" && <NoteMark />}</span>
      </AriaButton>
      <div id={id} className="history-more" hidden={!isOpen}>
        {isOpen && (
          <>
            <dl className="history-facts">
              <Fact name={t("panels.history.who")} value={who} />
              <Fact
                name={t("panels.history.data")}
                value={t("panels.history.traffic", {
                  received: bytesText(row.received, language),
                  sent: bytesText(row.sent, language),
                })}
              />
              <Fact name={t("panels.history.networks")} value={networksText(row)} />
              <Fact name={t("panels.before.order")} value={row.orderNumber} />
              <Fact name={t("panels.before.reason")} value={row.reason} />
              <Fact name={t("panels.history.ended")} value={ended(row)} />
            </dl>
            {row.journal === null ? (
              row.note !== "" && (
                <p className="history-note">
                  <strong>{t("panels.connection.note")}</strong> {row.note}
                </p>
              )
            ) : (
              <JournalNote
                entry={row.journal}
                note={row.note}
                delivered={row.delivered}
                label={t("panels.connection.note")}
              />
            )}
          </>
        )}
      </div>
    </li>
  );
}

function NoteMark() {
  const { t } = useTranslation();
  return <span className="history-note-mark">{t("panels.history.hasNote")}</span>;
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  if (value === "") return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
