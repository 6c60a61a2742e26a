import type { FormEvent } from "react";
import { Form } from "react-aria-components/Form";
import { useTranslation } from "react-i18next";
import type { PortalEntry } from "../../../../contract/agent.ts";
import type { Failure } from "../../../../contract/causes.ts";
import { Button } from "../../../../ui/button.tsx";
import { Choice } from "../../../../ui/choice.tsx";
import { Field } from "../../../../ui/field.tsx";
import { ask } from "../ask.ts";
import { useDesk } from "../store.ts";
import { signInAttempt, useAttempt } from "./attempt.ts";
import { cleanedName } from "./cleaned.ts";
import { useDraft } from "./draft.ts";
import { type Names, namesAt, withNames } from "./names.ts";
import { PortalChoice } from "./portal-choice.tsx";
import { useRememberable } from "./rememberable.ts";
import { WayFailure } from "./way-failure.tsx";

type PasswordStepProps = {
  readonly portal: PortalEntry;
  readonly portals: readonly PortalEntry[];
  /** Why the last session ended, until something newer is to be said. */
  readonly notice: Failure | null;
  readonly onPortal: (host: string) => void;
  readonly onAdd: () => void;
};

/** Account, user and password; or nothing at all where this computer is remembered. What was typed stays whatever happens. */
export function PasswordStep({ portal, portals, notice, onPortal, onAdd }: PasswordStepProps) {
  const { t } = useTranslation();
  const { names, remember, change } = useDraft();
  const typed = useDraft((draft) => draft.password);
  const attached = useDesk((desk) => desk.agent.link === "attached");
  const signingIn = useDesk((desk) => desk.state?.session.state === "signingIn");
  const keeping = useRememberable();
  const { working, failure, send, cancel } = useAttempt(signInAttempt);
  const busy = working || signingIn;
  const shown = failure ?? (busy ? null : notice);
  const { host } = portal;
  const { account, user } = namesAt(names, portal);
  const name = (part: Partial<Names>): void => change({ names: withNames(names, host, { account, user, ...part }) });
  const password = typed.portal === host ? typed.text : "";

  const giveUp = (): void => {
    // Behind a question, or after a visit elsewhere, it is the agent that signs in, and no request of ours.
    if (working) cancel();
    else void ask({ type: "logout" }).catch(() => undefined);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (busy || !attached || account.trim() === "" || user.trim() === "" || password === "") return;
    const who = { account: account.trim(), user: user.trim(), password };
    void send({ type: "login", portal: host, ...who, remember: remember && keeping === null });
  };

  return (
    <Form className="step" data-busy={busy} onSubmit={submit}>
      <PortalChoice portal={portal} portals={portals} onPortal={onPortal} onAdd={onAdd} />
      {shown !== null && <WayFailure failure={shown} portal={host} />}
      {portal.remembered !== null && (
        <div className="remembered">
          <Button
            kind="primary"
            isDisabled={busy || !attached}
            onPress={() => void send({ type: "loginRemembered", portal: host })}
          >
            {t(busy ? "desktop.signIn.working" : "desktop.signIn.remembered", { ...portal.remembered })}
          </Button>
          <p>{t("desktop.signIn.orPassword")}</p>
        </div>
      )}
      <div className="pair">
        <Field
          label={t("desktop.signIn.account")}
          value={account}
          onChange={(text) => name({ account: cleanedName(text) })}
          maxLength={100}
          autoFocus={portal.remembered === null && account === ""}
          autoComplete="organization"
          spellCheck="false"
        />
        <Field
          label={t("desktop.signIn.user")}
          value={user}
          onChange={(text) => name({ user: cleanedName(text) })}
          maxLength={100}
          autoComplete="username"
          spellCheck="false"
        />
      </div>
      <Field
        label={t("desktop.signIn.password")}
        type="password"
        value={password}
        onChange={(text) => change({ host, password: { portal: host, text } })}
        maxLength={1024}
        autoFocus={portal.remembered === null && account !== ""}
        autoComplete="current-password"
      />
      <Choice
        isSelected={remember && keeping === null}
        isDisabled={keeping !== null}
        onChange={(wanted) => change({ remember: wanted })}
      >
        {t("desktop.signIn.remember")}
        <small>{keeping === null ? t("desktop.signIn.rememberHint") : keeping}</small>
      </Choice>
      <div className="actions">
        {busy && <Button onPress={giveUp}>{t("desktop.cancel")}</Button>}
        <Button kind={portal.remembered === null ? "primary" : "plain"} type="submit" isDisabled={busy || !attached}>
          {t(busy ? "desktop.signIn.working" : "desktop.signIn.submit")}
        </Button>
      </div>
    </Form>
  );
}
