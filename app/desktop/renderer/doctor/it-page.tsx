import { useState } from "react";
import { createPortal } from "react-dom";
import { useTranslation } from "react-i18next";
import type { WindowDone } from "../../../../contract/window.ts";
import { Button } from "../../../../ui/button.tsx";
import { FailureMessage } from "../../../../ui/failure-message.tsx";
import { Icon } from "../../../../ui/icon.tsx";
import type { Language } from "../../../../ui/texts.ts";
import { bridge } from "../bridge.ts";
import { Card } from "../panel/card.tsx";
import { CopyButton } from "../panel/copy-button.tsx";
import { languageNames } from "../panel/language-names.ts";
import { Pick } from "../panel/pick.tsx";
import { Scrolling } from "../panel/scrolling.tsx";
import { blocksOf } from "./markdown.ts";
import { Sheet } from "./sheet.tsx";

type ItPageProps = {
  readonly page: string;
  readonly portal: string;
  readonly language: Language;
  readonly isRunning: boolean;
  /** Another language is another examination: the agent writes the page. */
  readonly onLanguage: (language: Language) => void;
};

/** The page for the customer's IT, in their language: to print, to copy, to save. */
export function ItPage({ page, portal, language, isRunning, onLanguage }: ItPageProps) {
  const { t } = useTranslation();
  const [said, setSaid] = useState<WindowDone | null>(null);
  const blocks = blocksOf(page);
  const title = t("panels.doctor.page.title");
  const save = async (): Promise<void> => {
    setSaid(await bridge.save({ name: `anslut-${portal === "" ? "portal" : portal}.md`.slice(0, 100), text: page }));
  };
  const print = async (): Promise<void> => setSaid(await bridge.print({}));
  return (
    <Card
      title={title}
      aside={
        <Pick
          label={t("panels.doctor.page.language")}
          value={language}
          options={languageNames}
          onChange={onLanguage}
          isDisabled={isRunning}
        />
      }
    >
      <p>{t("panels.doctor.page.text")}</p>
      <div className="panel-actions">
        <Button onPress={() => void print()}>
          <Icon name="print" /> {t("panels.doctor.page.print")}
        </Button>
        <CopyButton text={page} what={title} words={t("panels.copy.word")} />
        <Button onPress={() => void save()}>
          <Icon name="save" /> {t("panels.save")}
        </Button>
        <span className="panel-quiet" role="status">
          {said?.type === "done" && t("panels.done")}
        </span>
      </div>
      {said?.type === "refusal" && <FailureMessage failure={said.failure} />}
      <Scrolling className="doctor-page" label={t("panels.doctor.page.sheet")} isBusy={isRunning}>
        <Sheet blocks={blocks} language={language} top={3} />
      </Scrolling>
      {createPortal(
        <div className="print-page">
          <Sheet blocks={blocks} language={language} top={1} />
        </div>,
        document.body,
      )}
    </Card>
  );
}
