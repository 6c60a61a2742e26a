import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Failure } from "../../../contract/causes.ts";
import { failureOf } from "../../../contract/causes.ts";
import type { Machine } from "../../../contract/portal.ts";
import { Button } from "../../../ui/button.tsx";
import { Icon } from "../../../ui/icon.tsx";
import { Light } from "../../../ui/light.tsx";
import type { Me } from "../api.ts";
import { ConnectDialog } from "../connect-dialog.tsx";
import { ConnectionState } from "../connection-state.tsx";
import { lightOf, wordOf } from "../machine-light.ts";
import { overview } from "../place.ts";
import { PlaceLink } from "../place-link.tsx";
import { Presence } from "../presence.tsx";
import { useMachines } from "../store.ts";
import { Trouble } from "../trouble.tsx";
import "./machine.css";
import { MachineHistory } from "./machine-history.tsx";
import { MachineNetworks } from "./machine-networks.tsx";

/** One machine on a page of its own: state, Connect, networks, who is on it, and all that was. */
export function MachinePage({ id, me }: { readonly id: string; readonly me: Me }) {
  const { t } = useTranslation();
  const open = useMachines((machines) => machines.open);
  const machine = useMachines(({ opened }) => (opened?.id === id ? opened : null));
  const isRemoved = useMachines(({ removed }) => removed.has(id));
  const [failure, setFailure] = useState<Failure | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const isThere = machine !== null;
  // Of a machine that was seen here it may be said whose it is no more; of any other it is not said whether there is one.
  const shown = isRemoved ? ({ cause: isThere ? "rightsMissing" : "machineUnknown", detail: "" } as const) : failure;

  const load = useCallback((): void => {
    setFailure(null);
    open(id).catch((error: unknown) => setFailure(failureOf(error)));
  }, [open, id]);
  // Also when rights are given to somebody who was told before that there is no such machine.
  useEffect(() => {
    if (!isRemoved) load();
  }, [load, isRemoved]);

  useEffect(() => {
    document.title = t("machinePage.pageTitle", { machine: machine?.name ?? "Anslut" });
  }, [t, machine?.name]);

  // Who came by a link begins to read here.
  useEffect(() => {
    if (isThere) heading.current?.focus();
  }, [isThere]);

  // The button that had the focus is gone: who reads goes on at the top, not at the beginning of the page.
  useEffect(() => {
    if (isRemoved && document.activeElement === document.body) heading.current?.focus();
  }, [isRemoved]);

  return (
    <main className="page machine-page" aria-busy={machine === null && shown === null}>
      <nav aria-label={t("machinePage.way")}>
        <PlaceLink to={overview} className="back">
          <Icon name="chevron" />
          {t("machinePage.back")}
        </PlaceLink>
      </nav>
      {shown !== null && (
        <Trouble
          failure={shown}
          {...(machine === null ? {} : { values: { machine: machine.name } })}
          {...(isRemoved && isThere ? { advice: t("machinePage.removedHint") } : {})}
        >
          {isRemoved ? (
            <PlaceLink to={overview}>{t("machinePage.back")}</PlaceLink>
          ) : (
            <Button onPress={load}>{t("trouble.again")}</Button>
          )}
        </Trouble>
      )}
      {machine !== null && (
        <>
          <header className="machine-head">
            <div>
              <h1 tabIndex={-1} ref={heading}>
                {machine.name}
              </h1>
              <Where machine={machine} />
            </div>
            <ConnectButton machine={machine} me={me} isRemoved={isRemoved} />
          </header>
          {!isRemoved && <StateLine machine={machine} me={me} />}
          <div className="machine-parts" data-removed={isRemoved}>
            {!isRemoved && <MachineNetworks machine={machine} />}
            <MachineHistory machine={machine} me={me} isRemoved={isRemoved} />
          </div>
        </>
      )}
    </main>
  );
}

function Where({ machine }: { readonly machine: Machine }) {
  const { t } = useTranslation();
  const { customer, place, serial } = machine;
  const parts = [customer, place, serial === null ? "" : t("machinePage.serial", { serial })];
  return <p className="quiet">{parts.filter((part) => part !== "").join(" · ")}</p>;
}

function StateLine({ machine, me }: { readonly machine: Machine; readonly me: Me }) {
  const { t } = useTranslation();
  const connection = useMachines((machines) => machines.connections.get(machine.id));
  const isOwn = connection !== undefined || machine.present.includes(me.user);
  return (
    <div className="machine-state" data-connected={isOwn} data-state={connection?.state?.state}>
      <Light state={lightOf(machine, connection, me.user)}>
        {t(`machine.light.${wordOf(machine, connection, me.user)}`)}
      </Light>
      <Presence machine={machine} me={me} />
      {isOwn && <ConnectionState machine={machine} connection={connection} />}
      {!isOwn && !machine.online && <p className="hint">{t("machinePage.offlineHint")}</p>}
    </div>
  );
}

type ConnectButtonProps = { readonly machine: Machine; readonly me: Me; readonly isRemoved: boolean };

/** The dialogue that is open stays, with what was typed, also when the machine is taken away meanwhile. */
function ConnectButton({ machine, me, isRemoved }: ConnectButtonProps) {
  const { t } = useTranslation();
  const connection = useMachines((machines) => machines.connections.get(machine.id));
  const disconnect = useMachines((machines) => machines.disconnect);
  const [asking, setAsking] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const isOwn = connection !== undefined || machine.present.includes(me.user);

  const end = (): void => {
    setFailure(null);
    disconnect(machine).catch((error: unknown) => setFailure(failureOf(error)));
  };

  return (
    <div className="machine-actions">
      {isRemoved ? null : isOwn ? (
        <Button onPress={end} aria-label={t("machine.disconnectFrom", { machine: machine.name })}>
          {t("machine.disconnect")}
        </Button>
      ) : (
        <Button
          kind="primary"
          isDisabled={!machine.online}
          onPress={() => setAsking(true)}
          aria-label={t("machine.connectTo", { machine: machine.name })}
        >
          {t("machine.connect")}
        </Button>
      )}
      {failure !== null && <Trouble failure={failure} values={{ machine: machine.name }} />}
      {asking && <ConnectDialog machine={machine} onClose={() => setAsking(false)} />}
    </div>
  );
}
