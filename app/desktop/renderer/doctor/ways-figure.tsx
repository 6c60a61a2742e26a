import { useTranslation } from "react-i18next";
import { Icon } from "../../../../ui/icon.tsx";
import { HostName } from "../panel/host-name.tsx";
import type { Way } from "./ways.ts";

/** Each way from this computer to the portal as a line, and where one ends: at the wall of this network. */
export function WaysFigure({ ways, portal }: { readonly ways: readonly Way[]; readonly portal: string }) {
  const { t } = useTranslation();
  if (ways.length === 0) return null;
  const words = ways.map(
    ({ port, proxy, outcome }) =>
      `TCP ${port}${proxy === null ? "" : ` (${proxy})`}: ${t(`checks.outcome.${outcome}`)}`,
  );
  return (
    <figure className="ways" role="img" aria-label={t("panels.doctor.picture", { portal, ways: words.join("; ") })}>
      <div className="ways-end">
        <Icon name="laptop" />
        <span>{t("panels.reach.node.laptop")}</span>
      </div>
      <ul className="ways-lanes">
        {ways.map(({ port, proxy, outcome }) => (
          <li key={`${port} ${proxy}`} data-outcome={outcome}>
            <span className="ways-label">
              TCP {port}
              {proxy !== null && (
                <span className="ways-proxy">
                  <HostName text={proxy} />
                </span>
              )}
            </span>
            <span className="ways-mark">
              <Icon name={outcome === "good" ? "check" : outcome === "bad" ? "close" : "question"} />
            </span>
          </li>
        ))}
      </ul>
      <div className="ways-end">
        <Icon name="portal" />
        <HostName text={portal} />
      </div>
    </figure>
  );
}
