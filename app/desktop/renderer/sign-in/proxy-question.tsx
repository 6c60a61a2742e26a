import type { FormEvent } from "react";
import { Form } from "react-aria-components/Form";
import { useTranslation } from "react-i18next";
import type { Question } from "../../../../contract/state.ts";
import { Button } from "../../../../ui/button.tsx";
import { Choice } from "../../../../ui/choice.tsx";
import { FailureMessage } from "../../../../ui/failure-message.tsx";
import { Field } from "../../../../ui/field.tsx";
import { useAttempt } from "./attempt.ts";
import { useDraft } from "./draft.ts";
import { leaveQuestion } from "./leave-question.ts";
import { useRememberable } from "./rememberable.ts";

type ProxyQuestionProps = { readonly question: Extract<Question, { readonly about: "proxyPassword" }> };

/** The proxy of the network here wants to know who one is. Its name and password are not those of the portal. */
export function ProxyQuestion({ question }: ProxyQuestionProps) {
  const { t } = useTranslation();
  const { proxyUser, proxyPassword, keepProxy, change } = useDraft();
  const keeping = useRememberable();
  const attempt = useAttempt();
  const { working, failure } = attempt;

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (proxyUser === "" || proxyPassword === "") return;
    const keep = keepProxy && keeping === null;
    void attempt.send({ type: "answerProxy", username: proxyUser, password: proxyPassword, keep });
  };

  return (
    <Form className="step" onSubmit={submit}>
      <p>{t("desktop.question.proxyPassword.text", { proxy: `${question.host}:${question.port}` })}</p>
      {failure !== null ? (
        <FailureMessage failure={failure} />
      ) : (
        question.refused && !working && <FailureMessage failure={{ cause: "proxyAuthRefused", detail: "" }} />
      )}
      <Field
        label={t("desktop.question.proxyPassword.user")}
        description={t("desktop.question.proxyPassword.userHint")}
        value={proxyUser}
        onChange={(text) => change({ proxyUser: text })}
        maxLength={1024}
        autoFocus
        autoComplete="off"
        spellCheck="false"
      />
      <Field
        label={t("desktop.question.proxyPassword.password")}
        type="password"
        value={proxyPassword}
        onChange={(text) => change({ proxyPassword: text })}
        maxLength={1024}
        autoComplete="off"
      />
      <Choice
        isSelected={keepProxy && keeping === null}
        isDisabled={keeping !== null}
        onChange={(wanted) => change({ keepProxy: wanted })}
      >
        {t("desktop.question.proxyPassword.keep")}
        {keeping !== null && <small>{keeping}</small>}
      </Choice>
      <div className="actions">
        <Button onPress={() => leaveQuestion(attempt)}>{t("desktop.cancel")}</Button>
        <Button kind="primary" type="submit" isDisabled={working}>
          {t(working ? "desktop.working" : "desktop.next")}
        </Button>
      </div>
    </Form>
  );
}
