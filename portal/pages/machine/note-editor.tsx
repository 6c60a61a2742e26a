import { useState } from "react";
import { Label } from "react-aria-components/Label";
import { TextArea } from "react-aria-components/TextArea";
import { TextField } from "react-aria-components/TextField";
import { useTranslation } from "react-i18next";
import type { Failure } from "../../../contract/causes.ts";
import { failureOf } from "../../../contract/causes.ts";
import { Button } from "../../../ui/button.tsx";
import { api } from "../api.ts";
import { useDrafts } from "../drafts.ts";
import { moment } from "../moments.ts";
import { Trouble } from "../trouble.tsx";
import type { Entry } from "./history-entry.tsx";

type NoteEditorProps = { readonly entry: Entry; readonly own: boolean; readonly onNote: (note: string) => void };

/** The note of a connection; one's own can be written. What was typed stays when the portal is out of reach. */
export function NoteEditor({ entry, own, onNote }: NoteEditorProps) {
  const { t, i18n } = useTranslation();
  const draft = useDrafts(({ notes }) => notes.get(entry.id));
  const write = useDrafts(({ setNote }) => setNote);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [working, setWorking] = useState(false);
  // Whoever opens the editor is led into it, and back to the button afterwards; one that was begun before waits to be gone on with.
  const [opened, setOpened] = useState(false);
  const when = moment(entry.from, i18n.language);

  const save = async (note: string): Promise<void> => {
    setWorking(true);
    setFailure(null);
    try {
      await api.note(entry.id, note);
      onNote(note);
      write(entry.id, null);
    } catch (error) {
      setFailure(failureOf(error));
    } finally {
      setWorking(false);
    }
  };

  if (draft === undefined) {
    return (
      <>
        {entry.note !== "" && <p className="note">{entry.note}</p>}
        {own && (
          <Button
            kind="quiet"
            autoFocus={opened}
            onPress={() => {
              setOpened(true);
              write(entry.id, entry.note);
            }}
            aria-label={t(entry.note === "" ? "history.addNoteTo" : "history.changeNoteOf", { when })}
          >
            {entry.note === "" ? t("history.addNote") : t("history.changeNote")}
          </Button>
        )}
      </>
    );
  }
  return (
    <div className="note-editor">
      <TextField
        className="field"
        value={draft}
        onChange={(note) => write(entry.id, note)}
        maxLength={4000}
        autoFocus={opened}
      >
        <Label>{t("history.note")}</Label>
        <TextArea rows={3} />
      </TextField>
      {failure !== null && <Trouble failure={failure} />}
      <div className="actions">
        <Button onPress={() => write(entry.id, null)}>{t("connect.cancel")}</Button>
        <Button kind="primary" isDisabled={working} onPress={() => void save(draft.trim())}>
          {working ? t("signIn.working") : t("history.save")}
        </Button>
      </div>
    </div>
  );
}
