import type { FormEvent } from "react";
import { useState } from "react";
import { Form } from "react-aria-components/Form";
import { ProgressBar } from "react-aria-components/ProgressBar";
import { useTranslation } from "react-i18next";
import type { Judged } from "../../../../contract/agent.ts";
import type { Machine } from "../../../../contract/portal.ts";
import type { Connection } from "../../../../contract/state.ts";
import { Button } from "../../../../ui/button.tsx";
import { FailureMessage } from "../../../../ui/failure-message.tsx";
import { Field } from "../../../../ui/field.tsx";
import { Card } from "../panel/card.tsx";
import { useDesk } from "../store.ts";
import { cleanAddress, cleanPorts } from "./addresses.ts";
import type { ChainFacts } from "./reach.ts";
import { devicesOf, echoOf } from "./reach.ts";
import { ReachDevice } from "./reach-device.tsx";
import type { ReachRun } from "./reach-runs.ts";
import { cancelTest, reachAnchor, testDevices, useReachRuns } from "./reach-runs.ts";

type ReachCardProps = { readonly machine: Machine; readonly connection: Connection | undefined };

/** Tests the machine's devices from the router and from here, and shows what answers where. */
export function ReachCard({ machine, connection }: ReachCardProps) {
  const { t, i18n } = useTranslation();
  const run = useReachRuns(({ runs }) => runs.get(machine.id));
  const isRunning = run?.state === "running";
  return (
    <Card title={t("panels.reach.title")} anchor={reachAnchor}>
      <Wish key={machine.id} machine={machine} isRunning={isRunning} />
      {isRunning && (
        <ProgressBar className="panel-progress" isIndeterminate aria-label={t("panels.reach.title")}>
          <span className="panel-progress-track" />
          <span className="panel-quiet">{t("panels.reach.running", { count: run.probes.length })}</span>
        </ProgressBar>
      )}
      {run?.state === "cancelled" && <p className="panel-quiet">{t("panels.reach.cancelled")}</p>}
      {run !== undefined && run.untested.length > 0 && (
        <p role="status">
          {t("panels.reach.untested", {
            tested: run.devices.length,
            all: run.devices.length + run.untested.length,
            devices: new Intl.ListFormat(i18n.language).format(run.untested),
          })}
        </p>
      )}
      {run?.failure != null && <FailureMessage failure={run.failure} values={{ machine: machine.name }} />}
      {run !== undefined && <Findings machine={machine} connection={connection} run={run} />}
    </Card>
  );
}

function Wish({ machine, isRunning }: { readonly machine: Machine; readonly isRunning: boolean }) {
  const { t } = useTranslation();
  const [address, setAddress] = useState("");
  const [ports, setPorts] = useState("");
  const [wrong, setWrong] = useState<"address" | "ports" | null>(null);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (isRunning) {
      cancelTest(machine.id);
      return;
    }
    const one = address.trim() === "" ? null : cleanAddress(address);
    const own = cleanPorts(ports);
    setWrong(one === undefined ? "address" : own === undefined ? "ports" : null);
    if (one === undefined || own === undefined) return;
    if (one !== null) setAddress(one);
    void testDevices(machine.id, { address: one, ports: own.length === 0 ? null : own });
  };
  return (
    <Form className="reach-wish" onSubmit={submit}>
      <Field
        label={t("panels.reach.address")}
        description={wrong === "address" ? t("panels.reach.wrongAddress") : t("panels.reach.addressHint")}
        isInvalid={wrong === "address"}
        value={address}
        onChange={setAddress}
        inputMode="decimal"
        maxLength={100}
      />
      <Field
        label={t("panels.reach.ports")}
        description={wrong === "ports" ? t("panels.reach.wrongPorts") : t("panels.reach.portsHint")}
        isInvalid={wrong === "ports"}
        value={ports}
        onChange={setPorts}
        inputMode="numeric"
        maxLength={200}
      />
      <Button kind={isRunning ? "plain" : "primary"} type="submit">
        {t(isRunning ? "panels.cancel" : "panels.reach.run")}
      </Button>
    </Form>
  );
}

function Findings({ machine, connection, run }: ReachCardProps & { readonly run: ReachRun }) {
  const tunnel = useDesk(({ state }) => state?.session.state === "ready");
  const networks = connection?.networks.length ? connection.networks : machine.networks;
  const devices = devicesOf(run.probes, run.devices, networks);
  const facts: ChainFacts = { tunnel, online: machine.online, echo: echoOf(run.probes) };
  const whole = run.devices.find(({ address }) => address === null) ?? null;
  if (devices.length === 0 && run.state !== "running" && whole === null) return null;
  return (
    <div className="reach-findings">
      {(devices.length === 0 || whole !== null) && (
        <ReachDevice machine={machine} sight={null} facts={facts} judged={whole satisfies Judged | null} run={run} />
      )}
      {devices.map((sight) => (
        <ReachDevice
          key={sight.address}
          machine={machine}
          sight={sight}
          facts={facts}
          judged={sight.judged}
          run={run}
        />
      ))}
    </div>
  );
}
