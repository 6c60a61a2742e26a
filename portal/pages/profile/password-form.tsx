import type { FormEvent } from "react";
import { useState } from "react";
import { Form } from "react-aria-components/Form";
import { useTranslation } from "react-i18next";
import type { Failure } from "../../../contract/causes.ts";
import { failureOf } from "../../../contract/causes.ts";
import { Button } from "../../../ui/button.tsx";
import { api } from "../api.ts";
import { SecretField } from "../secret-field.tsx";
import { Trouble } from "../trouble.tsx";
import { ProofTrouble } from "./proof-trouble.tsx";

/** What the portal says of a weak password (its detail), each with a sentence of its own. */
const weaknesses = ["passwordShort", "passwordLong", "passwordName", "passwordCommon"] as const;

/** Another password. A refused one stays as it was typed. */
export function PasswordForm() {
  const { t } = useTranslation();
  const [password, setPassword] = useState("");
  const [next, setNext] = useState("");
  const [failure, setFailure] = useState<Failure | null>(null);
  const [working, setWorking] = useState(false);
  const [done, setDone] = useState(false);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (working) return;
    setWorking(true);
    setFailure(null);
    setDone(false);
    try {
      await api.changePassword(password, next);
      setPassword("");
      setNext("");
      setDone(true);
    } catch (error) {
      setFailure(failureOf(error));
    } finally {
      setWorking(false);
    }
  };

  return (
    <section className="sheet" aria-labelledby="password-title">
      <h2 id="password-title">{t("password.title")}</h2>
      <p className="quiet">{t("password.hint")}</p>
      <Form className="steps" onSubmit={(event) => void submit(event)}>
        {failure !== null && <PasswordTrouble failure={failure} />}
        <SecretField
          label={t("password.current")}
          value={password}
          onChange={setPassword}
          autoComplete="current-password"
        />
        <SecretField
          label={t("password.next")}
          description={t("password.nextHint")}
          value={next}
          onChange={setNext}
          autoComplete="new-password"
        />
        <div role="status">{done && <p className="good">{t("password.done")}</p>}</div>
        <div className="buttons">
          <Button type="submit">{working ? t("signIn.working") : t("password.change")}</Button>
        </div>
      </Form>
    </section>
  );
}

function PasswordTrouble({ failure }: { readonly failure: Failure }) {
  const { t } = useTranslation();
  const weakness = weaknesses.find((known) => known === failure.detail);
  if (failure.cause !== "weakPassword" || weakness === undefined) return <ProofTrouble failure={failure} />;
  return <Trouble failure={failure} advice={t(`password.weak.${weakness}`)} />;
}
