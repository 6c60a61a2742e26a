import type { FormEvent } from "react";
import { useEffect, useRef, useState } from "react";
import { Form } from "react-aria-components/Form";
import { useTranslation } from "react-i18next";
import type { Failure } from "../../contract/causes.ts";
import { failureOf } from "../../contract/causes.ts";
import type { LoginAnswer } from "../../contract/portal.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Hint } from "../../ui/hint.tsx";
import { api } from "./api.ts";
import { LanguageChoice, ThemeChoice } from "./appearance.tsx";
import { CodeField } from "./code-field.tsx";
import { countdown, useNow } from "./moments.ts";
import { SecretField } from "./secret-field.tsx";
import { useSession } from "./session.ts";
import { Trouble } from "./trouble.tsx";

type Pending = Extract<LoginAnswer, { next: "secondFactor" }>;

/** Account, user and password; then the code as a step of its own. Whatever fails, what was typed stays. */
export function SignIn() {
  const { t } = useTranslation();
  const { ended, read } = useSession();
  const [account, setAccount] = useState("");
  const [user, setUser] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [pending, setPending] = useState<Pending | null>(null);
  const [failure, setFailure] = useState<Failure | null>(ended?.why === "failure" ? ended.failure : null);
  const [handOverFailed, setHandOverFailed] = useState(ended?.why === "handOver");
  const [working, setWorking] = useState(false);
  const submitted = useRef("");

  useEffect(() => {
    document.title = t("signIn.pageTitle");
  }, [t]);

  const run = async (step: () => Promise<LoginAnswer>): Promise<void> => {
    if (working) return;
    setWorking(true);
    setFailure(null);
    setHandOverFailed(false);
    try {
      const answer = await step();
      if (answer.next === "secondFactor") setPending(answer);
      else await read();
    } catch (error) {
      const shown = failureOf(error);
      setFailure(shown);
      setCode("");
      submitted.current = "";
      if (shown.cause === "loginExpired") setPending(null);
    } finally {
      setWorking(false);
    }
  };

  const sendCode = (digits: string): void => {
    setCode(digits);
    if (pending === null || digits.length < 6 || digits === submitted.current) return;
    submitted.current = digits;
    void run(() => api.code(pending.pending, digits));
  };

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (pending === null) void run(() => api.login(account.trim(), user.trim(), password));
    else if (code.length === 6) void run(() => api.code(pending.pending, code));
  };

  return (
    <main className="sign-in">
      <Form className="card" onSubmit={submit}>
        <header>
          <img src="/icon.svg" alt="" width="40" height="40" />
          <h1>{pending === null ? t("signIn.title") : t("signIn.codeTitle")}</h1>
        </header>
        {handOverFailed && <Hint title={t("signIn.handOverFailed")}>{t("signIn.handOverFailedHint")}</Hint>}
        {failure !== null && <Trouble failure={failure} />}
        {pending === null ? (
          <>
            <Field
              label={t("signIn.account")}
              value={account}
              onChange={setAccount}
              onBlur={() => setAccount(account.trim())}
              isRequired
              autoFocus
              autoComplete="organization"
              maxLength={100}
            />
            <Field
              label={t("signIn.user")}
              value={user}
              onChange={setUser}
              onBlur={() => setUser(user.trim())}
              isRequired
              autoComplete="username"
              maxLength={100}
            />
            <SecretField
              label={t("signIn.password")}
              value={password}
              onChange={setPassword}
              autoComplete="current-password"
            />
          </>
        ) : (
          <>
            <CodeField label={t("signIn.code")} description={t("signIn.codeHint")} value={code} onChange={sendCode} />
            <TimeLeft until={pending.expires} />
          </>
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
      <div className="sign-in-choices">
        <LanguageChoice />
        <ThemeChoice />
      </div>
    </main>
  );
}

function TimeLeft({ until }: { readonly until: string }) {
  const { t } = useTranslation();
  const now = useNow(1000);
  return <p className="quiet">{t("signIn.timeLeft", { time: countdown(until, now) })}</p>;
}
