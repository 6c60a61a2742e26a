import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { MachineNetwork } from "../../../../contract/portal.ts";
import { Field } from "../../../../ui/field.tsx";
import { Card } from "../panel/card.tsx";
import { CopyButton } from "../panel/copy-button.tsx";
import { asReached, cleanAddress } from "./addresses.ts";
import type { Allowed, DeviceRights } from "./rights.ts";
import { rightsOf } from "./rights.ts";

/** The machine's networks: under which address each is reached, why, and what of it the person may reach. */
export function NetworksCard({ networks }: { readonly networks: readonly MachineNetwork[] }) {
  const { t } = useTranslation();
  return (
    <Card title={t("panels.networks.title")}>
      {networks.length === 0 && <p className="panel-quiet">{t("panels.networks.none")}</p>}
      {networks.map((network) => (
        <Network key={network.network} network={network} />
      ))}
      {networks.some(({ standIn }) => standIn !== null) && <Converter networks={networks} />}
    </Card>
  );
}

function Network({ network }: { readonly network: MachineNetwork }) {
  const { t } = useTranslation();
  const reached = network.standIn ?? network.network;
  return (
    <div className="machine-network">
      <div className="machine-address">
        <code>{reached}</code>
        <CopyButton text={reached} what={reached} />
        {network.standIn !== null && (
          <span className="machine-stand-in">{t("panels.networks.standsFor", { network: network.network })}</span>
        )}
      </div>
      {network.standIn !== null && (
        <p className="panel-quiet">{t("panels.networks.why", { network: network.network })}</p>
      )}
      <Granted network={network} />
    </div>
  );
}

function Granted({ network }: { readonly network: MachineNetwork }) {
  const { t } = useTranslation();
  const rights = rightsOf(network);
  if (rights.kind !== "some") return <p className="machine-rights">{t(`panels.networks.${rights.kind}`)}</p>;
  return (
    <ul className="machine-rights" aria-label={t("panels.networks.rights")}>
      {rights.devices.map((device) => (
        <li key={device.destination}>
          <Device device={device} />
        </li>
      ))}
    </ul>
  );
}

function Device({ device: { destination, reachedAs, allowed } }: { readonly device: DeviceRights }) {
  const { t } = useTranslation();
  const words = useAllowedWords();
  return (
    <>
      <span className="machine-address">
        <code>{reachedAs}</code>
        <CopyButton text={reachedAs} what={reachedAs} />
        {destination !== reachedAs && (
          <span className="machine-stand-in">{t("panels.networks.standsFor", { network: destination })}</span>
        )}
      </span>
      <span>{allowed.map(words).join(" · ")}</span>
    </>
  );
}

/** `S7 (TCP 102)`, `TCP 5900–5910`, `ping`. */
function useAllowedWords(): (allowed: Allowed) => string {
  const { t } = useTranslation();
  return (allowed) => {
    if (allowed.kind === "ping") return t("panels.networks.ping");
    const protocol = allowed.protocol.toUpperCase();
    if (allowed.kind === "every") return t("panels.networks.every", { protocol });
    const { first, last, service } = allowed;
    const ports = `${protocol} ${first === last ? first : `${first}–${last}`}`;
    return service === null ? ports : `${service} (${ports})`;
  };
}

/** What to type into the engineering tool where the device has one address in the machine and another here. */
function Converter({ networks }: { readonly networks: readonly MachineNetwork[] }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const address = cleanAddress(typed);
  const reached = address === undefined ? undefined : asReached(networks, address);
  return (
    <div className="machine-converter">
      <Field
        label={t("panels.networks.convert")}
        value={typed}
        onChange={setTyped}
        placeholder="192.168.0.10"
        inputMode="decimal"
        maxLength={100}
      />
      <p role="status" className="machine-converted">
        {reached !== undefined ? (
          <>
            <span className="panel-quiet">{t("panels.networks.converted")}</span> <code>{reached}</code>
            <CopyButton text={reached} what={reached} />
          </>
        ) : (
          typed.trim() !== "" && (
            <span className="panel-quiet">
              {t(address === undefined ? "panels.networks.noAddress" : "panels.networks.outside")}
            </span>
          )
        )}
      </p>
    </div>
  );
}
