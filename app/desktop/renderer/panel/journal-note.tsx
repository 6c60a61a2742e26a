import { useTranslation } from "react-i18next";
import { Icon } from "../../../../ui/icon.tsx";
import { useDraft } from "./draft.ts";
import { DraftStatus } from "./draft-status.tsx";
import { journalNotes } from "./journal.ts";
import { LongField } from "./long-field.tsx";

type JournalNoteProps = {
  readonly entry: string;
  readonly note: string;
  /** Whether the portal has all of the entry; null where one cannot know. */
  readonly delivered: boolean | null;
  readonly label: string;
};

/** What the person writes about a connection afterwards. Saves itself, and says whether the portal has it. */
export function JournalNote({ entry, note, delivered, label }: JournalNoteProps) {
  const { t } = useTranslation();
  const draft = useDraft(journalNotes, entry, note);
  const isSafe = draft.status === "kept" || draft.status === "saved";
  return (
    <div className="panel-note">
      <LongField
        label={label}
        value={draft.value}
        onChange={draft.edit}
        onBlur={draft.leave}
        maxLength={4000}
        placeholder={t("panels.note.placeholder")}
      />
      <p className="panel-note-status">
        <DraftStatus draft={draft} />
        {isSafe && delivered !== null && draft.value !== "" && (
          <span className="panel-delivered" data-delivered={delivered}>
            <Icon name={delivered ? "check" : "clock"} />
            {t(delivered ? "panels.note.delivered" : "panels.note.waiting")}
          </span>
        )}
      </p>
    </div>
  );
}
