import type { FormEvent } from "react";
import { useEffect } from "react";
import { Form } from "react-aria-components/Form";
import { Label } from "react-aria-components/Label";
import { Radio, RadioGroup } from "react-aria-components/RadioGroup";
import { useTranslation } from "react-i18next";
import { Button } from "../../../../ui/button.tsx";
import { FailureMessage } from "../../../../ui/failure-message.tsx";
import { Field } from "../../../../ui/field.tsx";
import { bridge } from "../bridge.ts";
import { Card } from "../panel/card.tsx";
import { useDesk } from "../store.ts";
import { FixedMark } from "./fixed-note.tsx";
import type { ProxyEntry } from "./proxy-entry.ts";
import { withHost } from "./proxy-entry.ts";
import { applyProxy, editProxy, readProxy, useProxyForm } from "./proxy-form.ts";

const modes = ["none", "environment", "manual", "pac"] as const;

/** How this network lets connections out. Typed values stay until they are taken, whatever fails in between. */
export function ProxyCard() {
  const { t } = useTranslation();
  const form = useProxyForm();
  const link = useDesk((desk) => desk.agent.link);

  useEffect(() => {
    if (link === "attached") void readProxy();
  }, [link]);

  const { entry, known } = form;
  const isFixed = known?.fixedByPolicy === true;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void applyProxy();
  };
  const edit = (change: Partial<ProxyEntry>): void => editProxy({ ...entry, ...change });

  return (
    <Card title={t("panels.proxy.title")} aside={isFixed && <FixedMark />}>
      <p className="panel-quiet">{t("panels.proxy.text")}</p>
      {known === null && form.failure === null && <p className="panel-quiet">{t("panels.loading")}</p>}
      <Form className="settings-proxy" onSubmit={submit}>
        <RadioGroup
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
              onChange={(host) => editProxy(withHost(entry, host))}
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
          <Button kind="quiet" onPress={() => void bridge.openLink({ link: "proxies" })}>
            {t("panels.proxy.help")}
          </Button>
          <span className="panel-quiet" role="status">
            {form.isApplied && t("panels.proxy.applied")}
          </span>
        </div>
      </Form>
    </Card>
  );
}
