import type { FormEvent } from "react";
import { useRef, useState } from "react";
import { Form } from "react-aria-components/Form";
import { useTranslation } from "react-i18next";
import type { Failure } from "../../../contract/causes.ts";
import { failureOf } from "../../../contract/causes.ts";
import type { SecondFactorOffer } from "../../../contract/portal.ts";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { api } from "../api.ts";
import { CodeField } from "../code-field.tsx";
import { SecretField } from "../secret-field.tsx";
import { CopyText } from "./copy-text.tsx";
import { ProofTrouble } from "./proof-trouble.tsx";
import { QrCode } from "./qr-code.tsx";

type EnrolDialogProps = { readonly onClose: () => void; readonly onDone: () => void };

/** Password, then QR code and the first code of the app. Nothing counts before that code. */
export function EnrolDialog({ onClose, onDone }: EnrolDialogProps) {
  const { t } = useTranslation();
  const [password, setPassword] = useState("");
  const [offer, setOffer] = useState<SecondFactorOffer | null>(null);
  const [code, setCode] = useState("");
  const [failure, setFailure] = useState<Failure | null>(null);
  const [working, setWorking] = useState(false);
  const submitted = useRef("");

  const run = async (step: () => Promise<void>): Promise<void> => {
    if (working) return;
    setWorking(true);
    setFailure(null);
    try {
      await step();
    } catch (error) {
      const shown = failureOf(error);
      setFailure(shown);
      setCode("");
      submitted.current = "";
      if (shown.cause === "loginExpired") setOffer(null);
    } finally {
      setWorking(false);
    }
  };

  const confirm = (digits: string): void => {
    setCode(digits);
    if (digits.length < 6 || digits === submitted.current) return;
    submitted.current = digits;
    void run(async () => {
      await api.confirmSecondFactor(digits);
      onDone();
    });
  };

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (offer === null) void run(async () => setOffer(await api.beginSecondFactor(password)));
    else if (code.length === 6) {
      submitted.current = "";
      confirm(code);
    }
  };

  return (
    <Dialog title={t("secondFactor.enrolTitle")} onClose={onClose} {...(offer === null ? {} : { mustAnswer: true })}>
      <Form className="steps" onSubmit={submit}>
        {failure !== null && <ProofTrouble failure={failure} />}
        {offer === null ? (
          <>
            <p>{t("secondFactor.passwordFirst")}</p>
            <SecretField
              label={t("signIn.password")}
              value={password}
              onChange={setPassword}
              autoComplete="current-password"
              autoFocus
            />
          </>
        ) : (
          <>
            <p>{t("secondFactor.scan")}</p>
            <div className="scan">
              <QrCode text={offer.uri} label={t("secondFactor.qr")} />
              <CopyText label={t("secondFactor.secret")} text={grouped(offer.secret)} />
            </div>
            <CodeField
              label={t("secondFactor.code")}
              description={t("secondFactor.codeHint")}
              value={code}
              onChange={confirm}
            />
          </>
        )}
        <div className="actions">
          <Button onPress={onClose}>{t("connect.cancel")}</Button>
          <Button kind="primary" type="submit" isDisabled={offer !== null && code.length < 6}>
            {working ? t("signIn.working") : offer === null ? t("secondFactor.next") : t("secondFactor.switchOn")}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}

/** In fours, as people type it; apps ignore the blanks. */
function grouped(secret: string): string {
  return secret.replace(/.{4}(?=.)/g, "$& ");
}
