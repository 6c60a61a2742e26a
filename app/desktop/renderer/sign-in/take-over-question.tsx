import { useTranslation } from "react-i18next";
import { Button } from "../../../../ui/button.tsx";
import { FailureMessage } from "../../../../ui/failure-message.tsx";
import { useAttempt } from "./attempt.ts";

/** A tunnel of one's own stands from before: go on with it, or close it. */
export function TakeOverQuestion() {
  const { t } = useTranslation();
  const { working, failure, send } = useAttempt();
  return (
    <div className="step">
      <p>{t("desktop.question.takeOver.text")}</p>
      {failure !== null && <FailureMessage failure={failure} />}
      <div className="actions">
        <Button isDisabled={working} onPress={() => void send({ type: "answerTakeOver", accept: false })}>
          {t("desktop.question.takeOver.close")}
        </Button>
        <Button
          kind="primary"
          autoFocus
          isDisabled={working}
          onPress={() => void send({ type: "answerTakeOver", accept: true })}
        >
          {t("desktop.question.takeOver.goOn")}
        </Button>
      </div>
    </div>
  );
}
