import { type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Machine } from "../../../../contract/portal.ts";
import type { Connection } from "../../../../contract/state.ts";
import { Button } from "../../../../ui/button.tsx";
import { useConnect, wishOf } from "../connect/connect.ts";
import { Card } from "../panel/card.tsx";
import { openEntryOf, useJournals } from "../panel/journal.ts";
import { foundWish } from "./found-wish.ts";
import { OverlapCard } from "./overlap-card.tsx";
import { testAndShow } from "./reach-runs.ts";

type TroubleProps = { readonly machine: Machine; readonly connection: Connection };

/**
 * What keeps a connection from being all it should be, why, and the next step as a button. When it comes up while one looks further
 * down, the page goes to it: the cure is what one needs then.
 */
export function Trouble({
  machine,
  connection,
}: {
  readonly machine: Machine;
  readonly connection: Connection | undefined;
}) {
  const place = useRef<HTMLDivElement>(null);
  const kind = troubleOf(connection);
  const shown = useRef(kind);
  useEffect(() => {
    if (kind !== null && kind !== shown.current) place.current?.scrollIntoView({ block: "nearest" });
    shown.current = kind;
  }, [kind]);
  if (connection === undefined || kind === null) return null;
  return (
    <div ref={place} className="machine-trouble">
      <OneTrouble machine={machine} connection={connection} />
    </div>
  );
}

function troubleOf(connection: Connection | undefined): string | null {
  const state = connection?.status.state;
  return state !== undefined && ["overlapping", "silent", "routeErrors", "failed"].includes(state) ? state : null;
}

function OneTrouble({ machine, connection }: TroubleProps) {
  const { status } = connection;
  switch (status.state) {
    case "overlapping":
      return <OverlapCard machine={machine} status={status} />;
    case "silent":
      return status.who === "router" ? (
        <SilentRouter machine={machine} connection={connection} />
      ) : (
        <SilentDevices machine={machine} devices={status.devices} />
      );
    case "routeErrors":
      return <RouteErrors machine={machine} connection={connection} failed={status.failed} />;
    case "failed":
      return <Failed machine={machine} failure={status.failure} />;
    default:
      return null;
  }
}

function SilentRouter({ machine, connection }: TroubleProps) {
  const { t } = useTranslation();
  return (
    <Explained
      title={t("panels.trouble.silentRouter.title")}
      text={t("panels.trouble.silentRouter.text", { machine: machine.name })}
    >
      <Button kind="primary" onPress={() => testAndShow(machine.id, { address: null, ports: null })}>
        {t("panels.trouble.test")}
      </Button>
      <Reconnect machine={machine} connection={connection} />
    </Explained>
  );
}

function SilentDevices({ machine, devices }: { readonly machine: Machine; readonly devices: readonly string[] }) {
  const { t, i18n } = useTranslation();
  const [first = null] = devices;
  return (
    <Explained
      title={t("panels.trouble.silentDevices.title", { count: devices.length })}
      text={t("panels.trouble.silentDevices.text", {
        devices: new Intl.ListFormat(i18n.language).format(devices),
        count: devices.length,
      })}
    >
      <Button
        kind="primary"
        onPress={() => testAndShow(machine.id, { address: devices.length === 1 ? first : null, ports: null })}
      >
        {t("panels.trouble.testThese", { count: devices.length })}
      </Button>
    </Explained>
  );
}

function RouteErrors({
  machine,
  connection,
  failed,
}: TroubleProps & { readonly failed: Extract<Connection["status"], { readonly state: "routeErrors" }>["failed"] }) {
  const { t } = useTranslation();
  const values = { machine: machine.name, portal: "none" };
  const good = connection.networks
    .map(({ network, standIn }) => standIn ?? network)
    .filter((network) => !failed.some((bad) => bad.network === network));
  return (
    <Explained
      title={t("panels.trouble.routeErrors.title", { failed: failed.length, all: connection.networks.length })}
      text={
        good.length > 0
          ? t("panels.trouble.routeErrors.works", { networks: good.join(", ") })
          : t("panels.trouble.routeErrors.none")
      }
      more={
        <ul className="machine-failed-routes">
          {failed.map(({ network, failure }) => (
            <li key={network}>
              <code>{network}</code>
              <span>
                <strong>{t(`causes.${failure.cause}.headline`, values)}</strong>{" "}
                {t(`causes.${failure.cause}.advice`, values)}
              </span>
            </li>
          ))}
        </ul>
      }
    >
      <Reconnect machine={machine} connection={connection} primary />
    </Explained>
  );
}

function Failed({
  machine,
  failure,
}: {
  readonly machine: Machine;
  readonly failure: Extract<Connection["status"], { readonly state: "failed" }>["failure"];
}) {
  const { t } = useTranslation();
  const values = { machine: machine.name, portal: "none" };
  const start = useConnect((all) => all.start);
  const wish = useConnect((all) => wishOf(all, machine.id));
  // Where addresses collided, the same attempt again would come to the same.
  const standIn = failure.cause === "overlap";
  return (
    <Explained
      title={t(`causes.${failure.cause}.headline`, values)}
      text={t(`causes.${failure.cause}.advice`, values)}
      code={failure.cause}
    >
      <Button kind="primary" onPress={() => void start(machine.id, { ...wish, standIn })}>
        {t(standIn ? "panels.overlap.cure" : "panels.trouble.again")}
      </Button>
      <Dismiss machine={machine} />
    </Explained>
  );
}

function Reconnect({ machine, connection, primary = false }: TroubleProps & { readonly primary?: boolean }) {
  const { t } = useTranslation();
  const reconnect = useConnect((all) => all.reconnect);
  const entry = useJournals(({ here }) => openEntryOf(here, connection));
  return (
    <Button
      kind={primary ? "primary" : "plain"}
      onPress={() => void reconnect(machine.id, foundWish(machine, connection, entry))}
    >
      {t("panels.trouble.reconnect")}
    </Button>
  );
}

function Dismiss({ machine }: { readonly machine: Machine }) {
  const { t } = useTranslation();
  const disconnect = useConnect((all) => all.disconnect);
  return (
    <Button kind="quiet" onPress={() => void disconnect(machine.id)}>
      {t("panels.trouble.dismiss")}
    </Button>
  );
}

function Explained({
  title,
  text,
  more,
  code,
  children,
}: {
  readonly title: string;
  readonly text: string;
  readonly more?: ReactNode;
  readonly code?: string;
  readonly children: ReactNode;
}) {
  return (
    <Card title={title} kind="trouble">
      <p>{text}</p>
      {more}
      <div className="panel-actions">{children}</div>
      {code !== undefined && <code className="panel-code">{code}</code>}
    </Card>
  );
}
