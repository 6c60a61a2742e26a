import { useTranslation } from "react-i18next";
import type { HistoryPage } from "../../../contract/portal.ts";
import type { Me } from "../api.ts";
import { amount, clockTime, duration, useNow } from "../moments.ts";
import { NoteEditor } from "./note-editor.tsx";

export type Entry = HistoryPage["connections"][number];

type HistoryEntryProps = { readonly entry: Entry; readonly me: Me; readonly onNote: (note: string) => void };

/** One connection: when and how long, who, what for, how much, how it ended, and the note. */
export function HistoryEntry({ entry, me, onNote }: HistoryEntryProps) {
  const { t, i18n } = useTranslation();
  const now = useNow(30_000);
  const { from, until, user, laptop, orderNumber, reason, networks, received, sent, ended } = entry;
  const own = user === me.user;
  const tookMs = (until === null ? now : Date.parse(until)) - Date.parse(from);
  const values = { from: clockTime(from, i18n.language), until: until === null ? "" : clockTime(until, i18n.language) };
  return (
    <li className="entry" data-open={until === null}>
      <p className="entry-head">
        <strong>{until === null ? t("history.since", values) : t("history.span", values)}</strong>
        <span className="quiet">{duration(tookMs, i18n.language)}</span>
      </p>
      <p>{own ? t("history.you", { laptop }) : t("history.who", { user, laptop })}</p>
      {(orderNumber !== "" || reason !== "") && (
        <p>{[orderNumber === "" ? "" : t("history.order", { orderNumber }), reason].filter(Boolean).join(" · ")}</p>
      )}
      <p className="quiet numbers">
        {t("history.bytes", { received: amount(received, i18n.language), sent: amount(sent, i18n.language) })}
        {networks.map(({ network, standIn }) => (
          <span key={network}>{standIn === null ? network : t("machine.standIn", { network, standIn })}</span>
        ))}
      </p>
      {ended !== null && <p className="quiet">{t(`causes.${ended}.headline`, { machine: "none", portal: "none" })}</p>}
      <NoteEditor entry={entry} own={own} onNote={onNote} />
    </li>
  );
}
