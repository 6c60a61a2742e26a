import { ToggleButton } from "react-aria-components/ToggleButton";
import { useTranslation } from "react-i18next";
import type { MachineMark } from "../../../../contract/agent.ts";
import type { Machine } from "../../../../contract/portal.ts";
import type { Connection } from "../../../../contract/state.ts";
import { Button } from "../../../../ui/button.tsx";
import { Icon } from "../../../../ui/icon.tsx";
import { Light } from "../../../../ui/light.tsx";
import { useConnect, type Working, wishOf } from "../connect/connect.ts";
import { connectionLook, isBelieved, type Look, machineLook } from "../machines/machine-look.ts";
import { momentText, useNow } from "../moment.ts";
import type { SelfSaving } from "../panel/draft.ts";
import { useLanguage } from "../panel/language.ts";
import { useDesk } from "../store.ts";
import { isHeld, outlookOf } from "./outlook.ts";

type MachineHeaderProps = {
  readonly machine: Machine;
  readonly connection: Connection | undefined;
  readonly mark: SelfSaving<MachineMark>;
};

/** Name, place, how things stand in a sentence, who is on it, and the one button that matters. */
export function MachineHeader({ machine, connection, mark }: MachineHeaderProps) {
  const { t } = useTranslation();
  const working = useConnect((all) => all.working.get(machine.id));
  const isKnown = useIsKnown();
  const believed = useDesk(isBelieved);
  const look: Look =
    connection !== undefined
      ? connectionLook(connection, believed)
      : working === undefined
        ? machineLook(machine, isKnown)
        : { light: "busy", word: [`panels.machine.phase.${working}`, {}] };
  const where = [machine.customer, machine.place].filter((part) => part !== "").join(" · ");
  return (
    <header className="machine-header">
      <Light state={look.light} quiet>
        {t(...look.word)}
      </Light>
      <div className="machine-title">
        <h2>{machine.name}</h2>
        <p className="panel-quiet">
          {where}
          {machine.serial !== null && (
            <>
              {where !== "" && " · "}
              <span className="machine-serial">{t("panels.machine.serial", { serial: machine.serial })}</span>
            </>
          )}
        </p>
      </div>
      <div className="machine-actions">
        <ToggleButton
          className="button panel-star"
          data-kind="quiet"
          aria-label={t("panels.machine.favourite", { machine: machine.name })}
          isSelected={mark.value.favourite}
          onChange={(favourite) => mark.edit({ ...mark.value, favourite })}
          onBlur={mark.leave}
        >
          {({ isSelected }) => <Icon name="star" filled={isSelected} />}
        </ToggleButton>
        <MainButton machine={machine} connection={connection} working={working} />
      </div>
      <div className="machine-standing">
        <Sentence machine={machine} connection={connection} working={working} isKnown={isKnown} />
        <Present machine={machine} />
      </div>
    </header>
  );
}

type Under = Omit<MachineHeaderProps, "mark"> & { readonly working: Working | undefined };

/** Whether the list is as the portal says now. */
function useIsKnown(): boolean {
  return useDesk((desk) => desk.machinesFrom === null && desk.agent.link === "attached");
}

function Sentence({ machine, connection, working, isKnown }: Under & { readonly isKnown: boolean }) {
  const { t, i18n } = useTranslation();
  const language = useLanguage();
  const now = useNow(30_000);
  const believed = useDesk(isBelieved);
  const sentence = outlookOf(machine, connection, { isKnown, believed });
  const status = connection?.status;
  const since = status !== undefined && "since" in status ? status.since : machine.lastSeen;
  const values = {
    machine: machine.name,
    since: since === null ? "" : momentText(since, now, language),
    users: new Intl.ListFormat(i18n.language).format(machine.present),
    ms: status?.state === "connected" ? status.roundTripMs : 0,
    failed: status?.state === "routeErrors" ? status.failed.length : 0,
    all: connection?.networks.length ?? 0,
    devices: status?.state === "silent" ? new Intl.ListFormat(i18n.language).format(status.devices) : "",
    cause:
      status?.state === "failed"
        ? t(`causes.${status.failure.cause}.headline`, { machine: machine.name, portal: "none" })
        : "",
  };
  return (
    <p className="machine-sentence">
      {working === undefined || connection !== undefined
        ? t(`panels.machine.sentence.${sentence}`, values)
        : t(`panels.machine.phase.${working}`)}
    </p>
  );
}

function Present({ machine }: { readonly machine: Machine }) {
  const { t } = useTranslation();
  const self = useDesk(({ state }) => state?.identity?.user);
  if (machine.present.length === 0) return null;
  return (
    <ul className="machine-present" aria-label={t("panels.machine.present")}>
      {machine.present.map((user) => (
        <li key={user}>
          <Icon name="people" /> {user === self ? t("panels.machine.you", { user }) : user}
        </li>
      ))}
    </ul>
  );
}

function MainButton({ machine, connection, working }: Under) {
  const { t } = useTranslation();
  const { start, cancel, disconnect } = useConnect.getState();
  const attached = useDesk((desk) => desk.agent.link === "attached");
  const values = { machine: machine.name };
  if (working === "dialling" || working === "connecting") {
    return (
      <Button onPress={() => cancel(machine.id)} aria-label={t("panels.machine.giveUpName", values)}>
        {t("panels.cancel")}
      </Button>
    );
  }
  if (isHeld(connection)) {
    return (
      <Button
        onPress={() => void disconnect(machine.id)}
        isDisabled={!attached || working !== undefined || connection?.status.state === "closing"}
        aria-label={t("panels.machine.disconnectName", values)}
      >
        {t("panels.machine.disconnect")}
      </Button>
    );
  }
  return (
    <Button
      kind={connection?.status.state === "overlapping" ? "plain" : "primary"}
      isDisabled={!attached}
      onPress={() => void start(machine.id, wishOf(useConnect.getState(), machine.id))}
      aria-label={t("panels.machine.connectName", values)}
    >
      {t("panels.machine.connect")}
    </Button>
  );
}
