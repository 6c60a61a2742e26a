import type { FormEvent } from "react";
import { useRef } from "react";
import { Form } from "react-aria-components/Form";
import { useTranslation } from "react-i18next";
import { Button } from "../../../../ui/button.tsx";
import { FailureMessage } from "../../../../ui/failure-message.tsx";
import { Field } from "../../../../ui/field.tsx";
import { Hint } from "../../../../ui/hint.tsx";
import { countdown, useNow } from "../moment.ts";
import { useAttempt } from "./attempt.ts";
import { cleanedCode } from "./cleaned.ts";
import { useDraft } from "./draft.ts";
import { leaveQuestion } from "./leave-question.ts";

/** The one-time code: pasted or typed, sent by itself when it is whole, with the time that is left in view. */
export function CodeQuestion({ expires }: { readonly expires: string }) {
  const { t } = useTranslation();
  const code = useDraft((draft) => draft.code);
  const change = useDraft((draft) => draft.change);
  const attempt = useAttempt();
  const { working, failure } = attempt;
  // A code works once: the same one is not sent twice by itself, only by a press of the button.
  const sent = useRef("");
  const now = useNow(1000);
  const isOver = Date.parse(expires) <= now;

  const send = async (whole: string): Promise<void> => {
    sent.current = whole;
    const result = await attempt.send({ type: "answerCode", code: whole });
    if (result === undefined && useDraft.getState().code === whole) change({ code: "" });
  };
  const type = (text: string): void => {
    const digits = cleanedCode(text);
    change({ code: digits });
    if (digits.length === 6 && digits !== sent.current) void send(digits);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (code.length === 6) void send(code);
  };

  if (isOver) {
    return (
      <div className="step">
        <Hint title={t("desktop.question.secondFactor.over")}>{t("desktop.question.secondFactor.overHint")}</Hint>
        <div className="actions">
          <Button kind="primary" autoFocus onPress={() => leaveQuestion(attempt)}>
            {t("desktop.question.secondFactor.again")}
          </Button>
        </div>
      </div>
    );
  }
  return (
    <Form className="step" onSubmit={submit}>
      <p>{t("desktop.question.secondFactor.text")}</p>
      {failure !== null && <FailureMessage failure={failure} />}
      <div className="code">
        <Field
          label={t("desktop.question.secondFactor.code")}
          value={code}
          onChange={type}
          isReadOnly={working}
          inputMode="numeric"
          autoComplete="one-time-code"
          autoFocus
        />
        <p className="time-left">
          {t("desktop.question.secondFactor.left")} <span className="number">{countdown(expires, now)}</span>
        </p>
      </div>
      <div className="actions">
        <Button onPress={() => leaveQuestion(attempt)}>{t("desktop.back")}</Button>
        <Button kind="primary" type="submit" isDisabled={working || code.length < 6}>
          {t(working ? "desktop.question.secondFactor.working" : "desktop.next")}
        </Button>
      </div>
    </Form>
  );
}
