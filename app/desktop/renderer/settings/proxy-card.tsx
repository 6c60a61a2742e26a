import type { FormEvent } from "react";
import { useEffect, useRef } from "react";
import { Form } from "react-aria-components/Form";
import { Label } from "react-aria-components/Label";
import { Radio, RadioGroup } from "react-aria-components/RadioGroup";
import { useTranslation } from "react-i18next";
import { Button } from "../../../../ui/button.tsx";
import { FailureMessage } from "../../../../ui/failure-message.tsx";
import { Field } from "../../../../ui/field.tsx";
import { Links } from "../about/links.tsx";
import { Card } from "../panel/card.tsx";
import { useDesk } from "../store.ts";
import { FixedNote } from "./fixed-note.tsx";
import type { ProxyEntry } from "./proxy-entry.ts";
import { applyProxy, editProxy, foundProxySetting, readProxy, takeProxyApart, useProxyForm } from "./proxy-form.ts";

const modes = ["none", "environment", "manual", "pac"] as const;

/** How this network lets connections out. Typed values stay until they are taken, whatever fails in between. */
export function ProxyCard() {
  const { t } = useTranslation();
  const form = useProxyForm();
  const link = useDesk((desk) => desk.agent.link);

  useEffect(() => {
    if (link === "attached") void readProxy();
  }, [link]);

  const { entry, known, isSought } = form;
  const isFixed = known?.fixedByPolicy === true;
  const isOut = useDesk(({ state }) => state?.identity === null);
  const go = useDesk((desk) => desk.go);
  const kinds = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!isSought || known === null) return;
    foundProxySetting();
    kinds.current?.closest("section")?.scrollIntoView({ block: "start" });
    kinds.current?.querySelector<HTMLElement>("input:checked")?.focus();
  }, [isSought, known]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void applyProxy();
  };
  const edit = (change: Partial<ProxyEntry>): void => editProxy({ ...entry, ...change });

  return (
    <Card title={t("panels.proxy.title")}>
      {isFixed && <FixedNote>{t("panels.proxy.fixed")}</FixedNote>}
      <p className="panel-quiet">{t("panels.proxy.text")}</p>
      {known === null && form.failure === null && <p className="panel-quiet">{t("panels.loading")}</p>}
      <Form className="settings-proxy" onSubmit={submit}>
        <RadioGroup
          ref={kinds}
          className="settings-kinds"
          value={entry.mode}
          isDisabled={isFixed}
          onChange={(mode) => {
            const kind = modes.find((each) => each === mode);
            if (kind !== undefined) edit({ mode: kind });
          }}
        >
          <Label>{t("panels.proxy.kind")}</Label>
          {modes.map((mode) => (
            <Radio key={mode} value={mode} className="settings-kind">
              <span className="settings-dot" aria-hidden="true" />
              <span>
                <strong>{t(`panels.proxy.mode.${mode}.title`)}</strong>
                <span className="panel-quiet">{t(`panels.proxy.mode.${mode}.text`)}</span>
              </span>
            </Radio>
          ))}
        </RadioGroup>
        {entry.mode === "manual" && (
          <div className="settings-host">
            <Field
              label={t("panels.proxy.host")}
              value={entry.host}
              onChange={(host) => edit({ host })}
              onBlur={takeProxyApart}
              placeholder="proxy.example"
              isInvalid={form.missing === "host"}
              isDisabled={isFixed}
              {...(form.missing === "host" ? { description: t("panels.proxy.wrong.host") } : {})}
            />
            <Field
              label={t("panels.proxy.port")}
              value={entry.port}
              onChange={(port) => edit({ port })}
              placeholder="3128"
              inputMode="numeric"
              isInvalid={form.missing === "port"}
              isDisabled={isFixed}
              {...(form.missing === "port" ? { description: t("panels.proxy.wrong.port") } : {})}
            />
          </div>
        )}
        {entry.mode === "pac" && (
          <Field
            label={t("panels.proxy.source")}
            value={entry.source}
            onChange={(source) => edit({ source })}
            placeholder="http://wpad/wpad.dat"
            maxLength={2000}
            isInvalid={form.missing === "source"}
            isDisabled={isFixed}
            {...(form.missing === "source" ? { description: t("panels.proxy.wrong.source") } : {})}
          />
        )}
        {entry.mode !== "none" && (
          <fieldset className="settings-credentials" disabled={isFixed}>
            <legend>{t("panels.proxy.credentials")}</legend>
            <Field
              label={t("panels.proxy.username")}
              value={entry.username}
              onChange={(username) => edit({ username })}
              autoComplete="off"
              maxLength={1024}
              isInvalid={form.missing === "username"}
              {...(form.missing === "username" ? { description: t("panels.proxy.wrong.username") } : {})}
            />
            <Field
              label={t("panels.proxy.password")}
              type="password"
              value={entry.password}
              onChange={(password) => edit({ password })}
              autoComplete="off"
              maxLength={1024}
            />
            <p className="panel-quiet">
              {t(known?.credentials === true ? "panels.proxy.kept" : "panels.proxy.notKept")}
            </p>
          </fieldset>
        )}
        {form.failure !== null && <FailureMessage failure={form.failure} />}
        <div className="panel-actions">
          <Button kind="primary" type="submit" isDisabled={isFixed || form.isWorking || known === null}>
            {t(form.isWorking ? "panels.proxy.applying" : "panels.proxy.apply")}
          </Button>
          <Links names={["proxies"]} kind="quiet" />
          {isOut && <Button onPress={() => go("machines")}>{t("panels.proxy.back")}</Button>}
          <span className="panel-quiet" role="status">
            {form.isApplied && t("panels.proxy.applied")}
          </span>
        </div>
      </Form>
    </Card>
  );
}
