import type { FormEvent } from "react";
import { useRef, useState } from "react";
import { Form } from "react-aria-components/Form";
import { useTranslation } from "react-i18next";
import type { Failure } from "../../contract/causes.ts";
import { failureOf } from "../../contract/causes.ts";
import type { LoginAnswer } from "../../contract/portal.ts";
import { Button } from "../../ui/button.tsx";
import { FailureMessage } from "../../ui/failure-message.tsx";
import { Field } from "../../ui/field.tsx";
import { api } from "./api.ts";
import { LanguageChoice } from "./language-choice.tsx";
import { useOverview } from "./store.ts";

/** Account, user and password; then the code as a step of its own. Whatever fails, what was typed stays. */
export function SignIn() {
  const { t } = useTranslation();
  const endedBy = useOverview((overview) => overview.failure);
  const signedIn = useOverview((overview) => overview.signedIn);
  const [account, setAccount] = useState("");
  const [user, setUser] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [pending, setPending] = useState<string | null>(null);
  const [failure, setFailure] = useState<Failure | null>(endedBy);
  const [working, setWorking] = useState(false);
  const submitted = useRef("");

  const run = async (step: () => Promise<LoginAnswer>): Promise<void> => {
    if (working) return;
    setWorking(true);
    setFailure(null);
    try {
      const answer = await step();
      if (answer.next === "secondFactor") setPending(answer.pending);
      else await signedIn();
    } catch (error) {
      const shown = failureOf(error);
      setFailure(shown);
      setCode("");
      if (shown.cause === "loginExpired") setPending(null);
    } finally {
      setWorking(false);
    }
  };

  const sendCode = (typed: string): void => {
    const digits = typed.replace(/\D/g, "").slice(0, 6);
    setCode(digits);
    if (pending === null || digits.length < 6 || digits === submitted.current) return;
    submitted.current = digits;
    void run(() => api.code(pending, digits));
  };

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (pending === null) void run(() => api.login(account.trim(), user.trim(), password));
    else if (code.length === 6) void run(() => api.code(pending, code));
  };

  return (
    <main className="sign-in">
      <Form className="card" onSubmit={submit}>
        <header>
          <img src="/icon.svg" alt="" width="40" height="40" />
          <h1>{pending === null ? t("signIn.title") : t("signIn.codeTitle")}</h1>
        </header>
        {failure !== null && <FailureMessage failure={failure} />}
        {pending === null ? (
          <>
            <Field
              label={t("signIn.account")}
              value={account}
              onChange={setAccount}
              isRequired
              autoFocus
              autoComplete="organization"
            />
            <Field label={t("signIn.user")} value={user} onChange={setUser} isRequired autoComplete="username" />
            <Field
              label={t("signIn.password")}
              type="password"
              value={password}
              onChange={setPassword}
              isRequired
              autoComplete="current-password"
            />
          </>
        ) : (
          <Field
            label={t("signIn.code")}
            description={t("signIn.codeHint")}
            value={code}
            onChange={sendCode}
            inputMode="numeric"
            autoComplete="one-time-code"
            autoFocus
          />
        )}
        <Button kind="primary" type="submit">
          {working ? t("signIn.working") : pending === null ? t("signIn.submit") : t("signIn.submitCode")}
        </Button>
        {pending !== null && (
          <Button kind="quiet" onPress={() => setPending(null)}>
            {t("signIn.back")}
          </Button>
        )}
      </Form>
      <LanguageChoice />
    </main>
  );
}
