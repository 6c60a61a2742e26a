import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Failure } from "../../contract/causes.ts";
import { failureOf } from "../../contract/causes.ts";
import type { Machine } from "../../contract/portal.ts";
import { Button } from "../../ui/button.tsx";
import { FailureMessage } from "../../ui/failure-message.tsx";
import type { LightState } from "../../ui/light.tsx";
import { Light } from "../../ui/light.tsx";
import type { OwnConnection } from "./store.ts";
import { useOverview } from "./store.ts";

type MachineRowProps = { readonly machine: Machine; readonly onConnect: () => void };

/** One machine: state, name, where it stands, its networks with stand-ins, who is on it, and Connect or Disconnect. */
export function MachineRow({ machine, onConnect }: MachineRowProps) {
  const { t, i18n } = useTranslation();
  const connection = useOverview((overview) => overview.connections.get(machine.id));
  const disconnect = useOverview((overview) => overview.disconnect);
  const [failure, setFailure] = useState<Failure | null>(null);
  const light = lightOf(machine, connection);

  const onDisconnect = (): void => {
    setFailure(null);
    disconnect(machine).catch((error: unknown) => setFailure(failureOf(error)));
  };

  return (
    <li className="machine" data-connected={connection !== undefined}>
      <Light state={light}>{t(`machine.light.${connection === undefined ? light : "own"}`)}</Light>
      <div className="machine-name">
        <h2>{machine.name}</h2>
        <p>{[machine.customer, machine.place].filter((part) => part !== "").join(" · ")}</p>
      </div>
      <ul className="networks" aria-label={t("machine.networks")}>
        {machine.networks.map((network) => (
          <li key={network.network}>
            {network.standIn === null
              ? network.network
              : t("machine.standIn", { network: network.network, standIn: network.standIn })}
          </li>
        ))}
      </ul>
      <p className="presence">
        {machine.present.length > 0
          ? t("machine.present", { users: new Intl.ListFormat(i18n.language).format(machine.present) })
          : !machine.online && machine.lastSeen !== null
            ? t("machine.lastSeen", { when: new Date(machine.lastSeen).toLocaleString(i18n.language) })
            : ""}
      </p>
      {connection === undefined ? (
        <Button
          kind="primary"
          onPress={onConnect}
          isDisabled={!machine.online}
          aria-label={t("machine.connectTo", { machine: machine.name })}
        >
          {t("machine.connect")}
        </Button>
      ) : (
        <Button onPress={onDisconnect} aria-label={t("machine.disconnectFrom", { machine: machine.name })}>
          {t("machine.disconnect")}
        </Button>
      )}
      {connection !== undefined && (
        <p className="connection" role="status">
          {t(`machine.state.${connection.state?.state ?? "requested"}`, { rtt: connection.state?.roundTripMs ?? 0 })}
        </p>
      )}
      {connection?.state?.cause != null && <FailureMessage failure={{ cause: connection.state.cause, detail: "" }} />}
      {failure !== null && <FailureMessage failure={failure} />}
    </li>
  );
}

function lightOf(machine: Machine, connection: OwnConnection | undefined): LightState {
  if (connection?.state?.cause != null) return "wrong";
  if (connection !== undefined) return "used";
  if (!machine.online) return "off";
  return machine.present.length > 0 ? "used" : "on";
}
