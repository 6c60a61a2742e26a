import { useTranslation } from "react-i18next";
import type { MachineMark } from "../../../../contract/agent.ts";
import { Card } from "../panel/card.tsx";
import type { SelfSaving } from "../panel/draft.ts";
import { DraftStatus } from "../panel/draft-status.tsx";
import { LongField } from "../panel/long-field.tsx";

/** The person's own note and contact for a machine: on this computer alone, also without the portal. */
export function NotesCard({ mark }: { readonly mark: SelfSaving<MachineMark> }) {
  const { t } = useTranslation();
  const { value, edit, leave } = mark;
  return (
    <Card title={t("panels.notes.title")} aside={<DraftStatus draft={mark} />}>
      <LongField
        label={t("panels.notes.note")}
        value={value.note}
        onChange={(note) => edit({ ...value, note })}
        onBlur={leave}
        maxLength={4000}
        placeholder={t("panels.notes.notePlaceholder")}
      />
      <LongField
        label={t("panels.notes.contact")}
        value={value.contact}
        onChange={(contact) => edit({ ...value, contact })}
        onBlur={leave}
        maxLength={1000}
        rows={1}
        placeholder={t("panels.notes.contactPlaceholder")}
      />
      <p className="panel-quiet">{t("panels.notes.where")}</p>
    </Card>
  );
}
