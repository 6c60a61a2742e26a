import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Question } from "../../../../contract/state.ts";
import { Button } from "../../../../ui/button.tsx";
import { Choice } from "../../../../ui/choice.tsx";
import { FailureMessage } from "../../../../ui/failure-message.tsx";
import { Fingerprint } from "../../../../ui/fingerprint.tsx";
import { FixedNote } from "../settings/fixed-note.tsx";
import { useAttempt } from "./attempt.ts";

type CertificateQuestionProps = {
  readonly question: Extract<Question, { readonly about: "certificateChanged" }>;
};

/** Another key than at the first sign-in: a stop. Going on takes the word of whoever runs the portal, and two deliberate steps. */
export function CertificateQuestion({ question }: CertificateQuestionProps) {
  const { t } = useTranslation();
  const [confirmed, setConfirmed] = useState(false);
  const { working, failure, send } = useAttempt();
  const { host, known, shown, mayAccept } = question;
  return (
    <div className="step">
      <p>{t("desktop.question.certificateChanged.text", { portal: host })}</p>
      <div className="fingerprints">
        <div>
          <h2>{t("desktop.question.certificateChanged.known")}</h2>
          <Fingerprint label={t("desktop.question.certificateChanged.known")} value={known} />
        </div>
        <div>
          <h2>{t("desktop.question.certificateChanged.shown")}</h2>
          <Fingerprint label={t("desktop.question.certificateChanged.shown")} value={shown} />
        </div>
      </div>
      {failure !== null && <FailureMessage failure={failure} values={{ portal: host }} />}
      {mayAccept ? (
        <Choice isSelected={confirmed} onChange={setConfirmed}>
          {t("desktop.question.certificateChanged.confirm")}
        </Choice>
      ) : (
        <FixedNote>{t("desktop.question.certificateChanged.forbidden")}</FixedNote>
      )}
      <div className="actions">
        {mayAccept && (
          <Button
            isDisabled={!confirmed || working}
            onPress={() => void send({ type: "answerCertificate", accept: true })}
          >
            {t("desktop.question.certificateChanged.accept")}
          </Button>
        )}
        <Button
          kind="primary"
          autoFocus
          isDisabled={working}
          onPress={() => void send({ type: "answerCertificate", accept: false })}
        >
          {t("desktop.question.certificateChanged.stop")}
        </Button>
      </div>
    </div>
  );
}
