import { memo } from "react";
import { useTranslation } from "react-i18next";
import type { BookEntry } from "../../../../contract/agent.ts";
import type { Connection } from "../../../../contract/state.ts";
import { Icon } from "../../../../ui/icon.tsx";
import { Light } from "../../../../ui/light.tsx";
import { useConnect, type Working } from "../connect/connect.ts";
import { isHeld } from "../machine/outlook.ts";
import { ago } from "../moment.ts";
import { toggleFavourite } from "./favourite.ts";
import { connectionLook, machineLook } from "./machine-look.ts";

type MachineRowProps = {
  readonly entry: BookEntry;
  /** Under its customer's name, which need not be said again. */
  readonly underCustomer: boolean;
  readonly index: number;
  readonly top: number;
  readonly isActive: boolean;
  readonly isChosen: boolean;
  readonly connection: Connection | undefined;
  readonly working: Working | undefined;
  readonly believed: boolean;
  /** Whether the list is as the portal says now. */
  readonly known: boolean;
  readonly now: number;
  readonly onActivate: (key: string) => void;
};

/** A machine in two lines: light, name, where it stands or how the connection does; right of it what is worth a glance. */
export const MachineRow = memo(function MachineRow(props: MachineRowProps) {
  const {
    entry,
    underCustomer,
    index,
    top,
    isActive,
    isChosen,
    connection,
    working,
    believed,
    known,
    now,
    onActivate,
  } = props;
  const { t, i18n } = useTranslation();
  const { machine, mark } = entry;
  const { name, customer, place } = machine;
  const { light, word: words } =
    connection !== undefined
      ? connectionLook(connection, believed)
      : working
        ? ({ light: "busy", word: [`desktop.connect.${working}`, {}] } as const)
        : machineLook(machine, known);
  const word = t(...words);
  const where = (underCustomer ? [place] : [customer, place]).filter((part) => part !== "").join(" · ");
  const isOurs = connection !== undefined || working !== undefined;

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the treegrid has the keys
    <div
      className="machine-row"
      role="row"
      aria-rowindex={index + 1}
      aria-level={underCustomer ? 2 : 1}
      aria-selected={isChosen}
      data-ours={isOurs}
      tabIndex={isActive ? 0 : -1}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => onActivate(machine.id)}
      onDoubleClick={() => !isHeld(connection) && useConnect.getState().ask(machine.id)}
    >
      <div role="gridcell" className="row-light" title={word}>
        <Light state={light} quiet>
          {word}
        </Light>
      </div>
      <div role="gridcell" className="row-name">
        <strong>{name}</strong>
        <span>{isOurs ? word : where}</span>
      </div>
      <div role="gridcell" className="row-glance">
        <Glance
          entry={entry}
          connection={connection}
          believed={believed}
          known={known}
          now={now}
          language={i18n.language}
        />
      </div>
      <div role="gridcell" className="row-deeds">
        <ConnectCell
          machine={machine.id}
          name={name}
          connection={connection}
          working={working}
          choose={() => onActivate(machine.id)}
        />
        <button
          type="button"
          className="star"
          tabIndex={-1}
          aria-pressed={mark.favourite}
          aria-label={t("desktop.machines.favourite", { machine: name })}
          onClick={(event) => {
            event.stopPropagation();
            void toggleFavourite(entry);
          }}
        >
          <Icon name="star" filled={mark.favourite} />
        </button>
      </div>
    </div>
  );
});

type GlanceProps = Pick<MachineRowProps, "entry" | "connection" | "believed" | "known" | "now"> & {
  readonly language: string;
};

/** Round trip of what is connected; else who is on it; else since when it is away. */
function Glance({ entry, connection, believed, known, now, language }: GlanceProps) {
  const { t } = useTranslation();
  const { machine } = entry;
  if (connection?.status.state === "connected" && believed) {
    return <span className="number">{t("desktop.roundTrip", { ms: connection.status.roundTripMs })}</span>;
  }
  const [first, ...others] = machine.present;
  if (first !== undefined && known) {
    const users = new Intl.ListFormat(language).format(machine.present);
    return (
      <span className="present" title={users}>
        <Icon name="people" />
        <span className="visually-hidden">{t("desktop.machines.present", { users })}</span>
        <span aria-hidden="true">{others.length === 0 ? first : `${first} +${others.length}`}</span>
      </span>
    );
  }
  if (!machine.online && machine.lastSeen !== null) {
    const when = ago(machine.lastSeen, now, language);
    return <span title={new Date(machine.lastSeen).toLocaleString(language)}>{when}</span>;
  }
  return null;
}

type ConnectCellProps = Pick<MachineRowProps, "connection" | "working"> & {
  readonly machine: string;
  readonly name: string;
  readonly choose: () => void;
};

/** Connecting chooses the machine as well: what comes of it, and the cure, are told beside the list. */
function ConnectCell({ machine, name, connection, working, choose }: ConnectCellProps) {
  const { t } = useTranslation();
  const deed =
    working === "dialling" || working === "connecting" ? "cancel" : isHeld(connection) ? "disconnect" : "connect";
  const act = async (): Promise<void> => {
    const { ask, disconnect, cancel } = useConnect.getState();
    if (deed === "cancel") return cancel(machine);
    if (deed === "connect") {
      choose();
      return ask(machine);
    }
    await disconnect(machine);
    if (useConnect.getState().failures.has(machine)) choose();
  };
  return (
    <button
      type="button"
      className="row-connect"
      tabIndex={-1}
      disabled={working === "disconnecting" || (deed === "disconnect" && connection?.status.state === "closing")}
      aria-label={t(`desktop.machines.${deed}To`, { machine: name })}
      onClick={(event) => {
        event.stopPropagation();
        void act();
      }}
    >
      {t(`desktop.machines.${deed}`)}
    </button>
  );
}
