import { useTranslation } from "react-i18next";
import type { PortalEntry } from "../../../../contract/agent.ts";
import { Button } from "../../../../ui/button.tsx";
import { FixedNote } from "../settings/fixed-note.tsx";
import { useDesk } from "../store.ts";

type PortalChoiceProps = {
  readonly portal: PortalEntry;
  readonly portals: readonly PortalEntry[];
  readonly onPortal: (host: string) => void;
  readonly onAdd: () => void;
};

/** Which portal: said where there is one, chosen where there are several. */
export function PortalChoice({ portal, portals, onPortal, onAdd }: PortalChoiceProps) {
  const { t } = useTranslation();
  const isFixed = useDesk(({ state }) => state?.fixed.portals === true);
  return (
    <div className="portal-choice">
      {portals.length === 1 ? (
        <p>
          <small>{t("desktop.signIn.portal")}</small>
          <strong>{addressOf(portal)}</strong>
        </p>
      ) : (
        <label className="field">
          <span>{t("desktop.signIn.portal")}</span>
          <select value={portal.host} onChange={(event) => onPortal(event.target.value)}>
            {portals.map((known) => (
              <option key={known.host} value={known.host}>
                {addressOf(known)}
              </option>
            ))}
          </select>
        </label>
      )}
      {!isFixed && (
        <Button kind="quiet" onPress={onAdd}>
          {t("desktop.signIn.other")}
        </Button>
      )}
      {(isFixed || portal.fixedByPolicy) && (
        <FixedNote>{t(isFixed ? "desktop.signIn.fixedPortals" : "desktop.signIn.fixedPortal")}</FixedNote>
      )}
    </div>
  );
}

function addressOf({ host, port }: PortalEntry): string {
  return port === 443 ? host : `${host}:${port}`;
}
