import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Failure } from "../../contract/causes.ts";
import { failureOf } from "../../contract/causes.ts";
import type { Machine } from "../../contract/portal.ts";
import { Button } from "../../ui/button.tsx";
import { Light } from "../../ui/light.tsx";
import type { Me } from "./api.ts";
import { ConnectionState } from "./connection-state.tsx";
import { lightOf, wordOf } from "./machine-light.ts";
import { NetworkNames } from "./network-names.tsx";
import { PlaceLink } from "./place-link.tsx";
import { Presence } from "./presence.tsx";
import { linkOf, useMachines } from "./store.ts";
import { Trouble } from "./trouble.tsx";

type MachineRowProps = { readonly machine: Machine; readonly me: Me; readonly onConnect: () => void };

/** One machine: state, name, where it stands, its networks with stand-ins, who is on it, and Connect or Disconnect. */
export function MachineRow({ machine, me, onConnect }: MachineRowProps) {
  const { t } = useTranslation();
  const connection = useMachines((machines) => machines.connections.get(machine.id));
  const link = useMachines(linkOf);
  const disconnect = useMachines((machines) => machines.disconnect);
  const [failure, setFailure] = useState<Failure | null>(null);
  const isOwn = connection !== undefined || machine.present.includes(me.user);

  const onDisconnect = (): void => {
    setFailure(null);
    disconnect(machine).catch((error: unknown) => setFailure(failureOf(error)));
  };

  return (
    <li className="machine" data-connected={isOwn} data-state={connection?.state?.state}>
      <Light state={lightOf(machine, connection, me.user, link)}>
        {t(`machine.light.${wordOf(machine, connection, me.user, link)}`)}
      </Light>
      <div className="machine-name">
        <h2>
          <PlaceLink to={{ page: "machine", machine: machine.id }} name={machine.id}>
            {machine.name}
          </PlaceLink>
        </h2>
        <p>{[machine.customer, machine.place].filter((part) => part !== "").join(" · ")}</p>
      </div>
      <NetworkNames networks={machine.networks} />
      <Presence machine={machine} me={me} />
      {isOwn ? (
        <Button onPress={onDisconnect} aria-label={t("machine.disconnectFrom", { machine: machine.name })}>
          {t("machine.disconnect")}
        </Button>
      ) : (
        <Button
          onPress={onConnect}
          isDisabled={!machine.online}
          aria-label={t("machine.connectTo", { machine: machine.name })}
        >
          {t("machine.connect")}
        </Button>
      )}
      {isOwn && <ConnectionState machine={machine} connection={connection} />}
      {failure !== null && <Trouble failure={failure} values={{ machine: machine.name }} />}
    </li>
  );
}
