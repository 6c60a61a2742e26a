import { useTranslation } from "react-i18next";
import type { Machine } from "../../contract/portal.ts";

const mostShown = 3;

/** The networks of a machine, each with the address by which it appears in the tunnel where that is another one. */
export function NetworkNames({ networks }: { readonly networks: Machine["networks"] }) {
  const { t } = useTranslation();
  const hidden = networks.length - mostShown;
  return (
    <ul className="networks" aria-label={t("machine.networks")}>
      {networks.slice(0, hidden === 1 ? mostShown + 1 : mostShown).map(({ network, standIn }) => (
        <li key={network}>{standIn === null ? network : t("machine.standIn", { network, standIn })}</li>
      ))}
      {hidden > 1 && <li className="quiet">{t("machine.moreNetworks", { count: hidden })}</li>}
    </ul>
  );
}
