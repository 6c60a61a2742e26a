import { useTranslation } from "react-i18next";
import type { Machine } from "../../../../contract/portal.ts";
import { Button } from "../../../../ui/button.tsx";
import { durationText } from "../../../core/quantities.ts";
import { momentText, useNow } from "../moment.ts";
import { Card } from "../panel/card.tsx";
import { useJournals } from "../panel/journal.ts";
import { JournalNote } from "../panel/journal-note.tsx";
import { useLanguage } from "../panel/language.ts";
import { useDesk } from "../store.ts";

/** As many as one remembers; the history has all. */
const mostShown = 3;

/** The last connections to a machine from this computer; the note to the last one is written here. */
export function PastCard({ machine, title }: { readonly machine: Machine; readonly title: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow(60_000);
  const go = useDesk((desk) => desk.go);
  const here = useJournals((journals) => journals.here);
  const past = (here ?? [])
    .filter(({ kind, machine: name, until }) => kind === "connection" && name === machine.name && until !== null)
    .slice(0, mostShown);
  return (
    <Card
      title={title}
      aside={
        past.length > 0 && (
          <Button kind="quiet" onPress={() => go("history")}>
            {t("panels.past.all")}
          </Button>
        )
      }
    >
      {here !== null && past.length === 0 && <p className="panel-quiet">{t("panels.past.none")}</p>}
      <ol className="machine-past">
        {past.map(({ id, from, until, orderNumber, reason, note, delivered, ended }, index) => (
          <li key={id}>
            <p>
              <strong>{momentText(from, now, language)}</strong>
              {" · "}
              {durationText(Date.parse(until ?? from) - Date.parse(from), language)}
              {orderNumber !== "" && ` · ${orderNumber}`}
              {reason !== "" && ` · ${reason}`}
            </p>
            {ended !== null && (
              <p className="panel-quiet">{t(`causes.${ended}.headline`, { machine: machine.name, portal: "none" })}</p>
            )}
            {index === 0 ? (
              <JournalNote entry={id} note={note} delivered={delivered} label={t("panels.past.note")} />
            ) : (
              note !== "" && <p className="machine-past-note">{note}</p>
            )}
          </li>
        ))}
      </ol>
    </Card>
  );
}
