import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Failure } from "../../contract/causes.ts";
import { failureOf } from "../../contract/causes.ts";
import type { Machine } from "../../contract/portal.ts";
import { Button } from "../../ui/button.tsx";
import type { OwnConnection } from "./own-connections.ts";
import { useMachines } from "./store.ts";
import { Trouble } from "./trouble.tsx";

type StandInCureProps = { readonly machine: Machine; readonly connection: OwnConnection | undefined };

/** The laptop refuses because the addresses are taken where it is: says so, and gives the machine others. */
export function StandInCure({ machine, connection }: StandInCureProps) {
  const { t } = useTranslation();
  const { giveStandIn, connect } = useMachines();
  const [failure, setFailure] = useState<Failure | null>(null);
  const [working, setWorking] = useState(false);
  const wanted = curable(machine, connection);

  const cure = async (): Promise<void> => {
    setWorking(true);
    setFailure(null);
    try {
      const changed = await giveStandIn(machine, wanted);
      // The same connection, by its new addresses: the laptop tries again.
      const networks = connection?.wish?.networks ?? changed.networks.map(({ network }) => network);
      const { orderNumber = "", reason = "" } = connection?.wish ?? {};
      await connect(changed, { networks, tunnel: connection?.tunnel ?? null, orderNumber, reason });
    } catch (error) {
      setFailure(failureOf(error));
    } finally {
      setWorking(false);
    }
  };

  const give = wanted.length > 0 && (
    <Button kind="primary" isDisabled={working} onPress={() => void cure()}>
      {working ? t("standIn.working") : t("standIn.give", { count: wanted.length })}
    </Button>
  );
  if (failure !== null) {
    return (
      <Trouble failure={failure} values={{ machine: machine.name }}>
        {give}
      </Trouble>
    );
  }
  return (
    <div className="message" data-kind="hint" role="alert">
      <strong>{t("causes.overlap.headline", { machine: machine.name })}</strong>
      <span>{t(wanted.length > 0 ? "standIn.advice" : "standIn.partOnly")}</span>
      <div className="message-actions">{give}</div>
    </div>
  );
}

/** What may get other addresses: networks that one may reach whole, first of all those that appear as they are. */
function curable({ networks }: Machine, connection: OwnConnection | undefined): readonly string[] {
  const asked = connection?.wish?.networks;
  const whole = networks.filter(({ network, only }) => only === null && (asked?.includes(network) ?? true));
  const bare = whole.filter(({ standIn }) => standIn === null);
  return (bare.length > 0 ? bare : whole).map(({ network }) => network);
}
