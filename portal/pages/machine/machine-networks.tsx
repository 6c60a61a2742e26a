import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Failure } from "../../../contract/causes.ts";
import { failureOf } from "../../../contract/causes.ts";
import type { Machine, MachineNetwork } from "../../../contract/portal.ts";
import { Button } from "../../../ui/button.tsx";
import { Hint } from "../../../ui/hint.tsx";
import { rightText } from "../connect-dialog.tsx";
import { useMachines } from "../store.ts";
import { Trouble } from "../trouble.tsx";
import { collisionOf } from "./collisions.ts";

/** The machine's networks: addresses, stand-ins, what one may reach; and other addresses where they collide. */
export function MachineNetworks({ machine }: { readonly machine: Machine }) {
  const { t } = useTranslation();
  return (
    <section className="sheet" aria-labelledby="networks-title">
      <h2 id="networks-title">{t("machinePage.networks")}</h2>
      <ul className="network-list">
        {machine.networks.map((network) => (
          <NetworkItem key={network.network} machine={machine} network={network} />
        ))}
      </ul>
    </section>
  );
}

type NetworkItemProps = { readonly machine: Machine; readonly network: MachineNetwork };

function NetworkItem({ machine, network }: NetworkItemProps) {
  const { t } = useTranslation();
  const giveStandIn = useMachines((machines) => machines.giveStandIn);
  const { own, connections } = useMachines();
  const [working, setWorking] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [given, setGiven] = useState<string | null>(null);
  const collision = collisionOf(machine, network, own, connections);

  const ask = async (): Promise<void> => {
    setWorking(true);
    setFailure(null);
    setGiven(null);
    try {
      const changed = await giveStandIn(machine, [network.network]);
      setGiven(changed.networks.find((known) => known.network === network.network)?.standIn ?? null);
    } catch (error) {
      setFailure(failureOf(error));
    } finally {
      setWorking(false);
    }
  };

  return (
    <li>
      <p className="addresses">
        <strong>{network.network}</strong>
        {network.standIn !== null && (
          <>
            <span aria-hidden="true">→</span>
            <span className="visually-hidden">{t("machinePage.appearsAs")}</span>
            <strong className="stand-in">{network.standIn}</strong>
          </>
        )}
      </p>
      {network.standIn !== null && <p className="quiet">{t("machinePage.standInWhy")}</p>}
      <p className="quiet">{network.only === null ? t("connect.whole") : network.only.map(rightText).join(", ")}</p>
      {collision !== null && (
        <Hint title={t("machinePage.collides", { network: network.network })}>
          {collision === "laptop"
            ? t("machinePage.collidesHere")
            : t("machinePage.collidesWith", { machine: collision.name })}
        </Hint>
      )}
      {network.only === null && machine.online && (
        <Button
          kind={collision === null || collision === "laptop" ? "quiet" : "primary"}
          isDisabled={working}
          onPress={() => void ask()}
        >
          {working
            ? t("standIn.working")
            : network.standIn === null
              ? t("machinePage.giveOther")
              : t("machinePage.giveAnother")}
        </Button>
      )}
      <div role="status">
        {given !== null && (
          <p className="good">{t("machinePage.given", { network: network.network, standIn: given })}</p>
        )}
      </div>
      {failure !== null && <Trouble failure={failure} values={{ machine: machine.name }} />}
    </li>
  );
}
