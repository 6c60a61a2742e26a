import type { FormEvent } from "react";
import { useState } from "react";
import { Form } from "react-aria-components/Form";
import { useTranslation } from "react-i18next";
import type { Failure } from "../../../contract/causes.ts";
import { failureOf } from "../../../contract/causes.ts";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { Field } from "../../../ui/field.tsx";
import { api } from "../api.ts";
import { SecretField } from "../secret-field.tsx";
import { ProofTrouble } from "./proof-trouble.tsx";

type RemoveDialogProps = { readonly onClose: () => void; readonly onDone: () => void };

/** Takes the second factor away: with the password and a code of it, so that neither alone is enough. */
export function RemoveDialog({ onClose, onDone }: RemoveDialogProps) {
  const { t } = useTranslation();
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [failure, setFailure] = useState<Failure | null>(null);
  const [working, setWorking] = useState(false);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (working) return;
    setWorking(true);
    setFailure(null);
    try {
      await api.removeSecondFactor(password, code);
      onDone();
    } catch (error) {
      setFailure(failureOf(error));
      setCode("");
      setWorking(false);
    }
  };

  return (
    <Dialog title={t("secondFactor.removeTitle")} onClose={onClose}>
      <Form className="steps" onSubmit={(event) => void submit(event)}>
        <p>{t("secondFactor.removeHint")}</p>
        {failure !== null && <ProofTrouble failure={failure} />}
        <SecretField
          label={t("signIn.password")}
          value={password}
          onChange={setPassword}
          autoComplete="current-password"
          autoFocus
        />
        <Field
          label={t("signIn.code")}
          value={code}
          onChange={(typed) => setCode(typed.replace(/\D/g, "").slice(0, 6))}
          inputMode="numeric"
          autoComplete="one-time-code"
          isRequired
        />
        <div className="actions">
          <Button onPress={onClose}>{t("connect.cancel")}</Button>
          <Button kind="primary" type="submit" isDisabled={code.length < 6}>
            {working ? t("signIn.working") : t("secondFactor.remove")}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}
