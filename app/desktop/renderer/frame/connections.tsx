import { useTranslation } from "react-i18next";
import type { Connection } from "../../../../contract/state.ts";
import { Light } from "../../../../ui/light.tsx";
import { connectionLook, isBelieved } from "../machines/machine-look.ts";
import { useDesk } from "../store.ts";

/** The machines one is connected to, from every place of the window. */
export function Connections() {
  const { t } = useTranslation();
  const connections = useDesk((desk) => desk.state?.connections);
  if (connections === undefined || connections.length === 0) return null;
  return (
    <ul className="connections" aria-label={t("desktop.session.connections")}>
      {connections.map((connection) => (
        <li key={connection.machine}>
          <ConnectionButton connection={connection} />
        </li>
      ))}
    </ul>
  );
}

function ConnectionButton({ connection }: { readonly connection: Connection }) {
  const { t } = useTranslation();
  const { status, name, machine } = connection;
  const believed = useDesk(isBelieved);
  const { light, word } = connectionLook(connection, believed);
  const show = (): void => {
    const { go, choose } = useDesk.getState();
    choose(machine);
    go("machines");
  };
  const trip = status.state === "connected" ? t("desktop.roundTrip", { ms: status.roundTripMs }) : "";
  return (
    <button type="button" className="connection-button" onClick={show}>
      <Light state={light} quiet>
        {t(...word)}
      </Light>
      <span className="connection-name">{name}</span>
      {trip !== "" && believed && <span className="number">{trip}</span>}
    </button>
  );
}
