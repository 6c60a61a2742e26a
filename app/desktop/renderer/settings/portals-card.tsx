import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { PortalEntry } from "../../../../contract/agent.ts";
import type { Failure } from "../../../../contract/causes.ts";
import { failureOf } from "../../../../contract/causes.ts";
import { Button } from "../../../../ui/button.tsx";
import { Dialog } from "../../../../ui/dialog.tsx";
import { FailureMessage } from "../../../../ui/failure-message.tsx";
import { fingerprintText } from "../../../core/quantities.ts";
import { ask } from "../ask.ts";
import { Card } from "../panel/card.tsx";
import { useDesk } from "../store.ts";
import { FixedMark, FixedNote } from "./fixed-note.tsx";

/** The portals that this computer knows, whom it trusts for each, and what is remembered of them. */
export function PortalsCard() {
  const { t } = useTranslation();
  const [portals, setPortals] = useState<readonly PortalEntry[] | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [leaving, setLeaving] = useState<PortalEntry | null>(null);
  const link = useDesk((desk) => desk.agent.link);
  const isFixed = useDesk(({ state }) => state?.fixed.portals === true);
  const current = useDesk(({ state }) => state?.identity?.portal);

  const read = async (): Promise<void> => {
    try {
      const result = await ask({ type: "portals" });
      if (result.type === "portals") setPortals(result.portals);
      setFailure(null);
    } catch (error) {
      setFailure(failureOf(error));
    }
  };
  const remove = async ({ host }: PortalEntry): Promise<void> => {
    setLeaving(null);
    try {
      await ask({ type: "removePortal", host });
      await read();
    } catch (error) {
      setFailure(failureOf(error));
    }
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: the way to the agent is the reason to read
  useEffect(() => {
    if (link === "attached") void read();
  }, [link]);

  return (
    <Card title={t("panels.portals.title")}>
      {failure !== null && <FailureMessage failure={failure} />}
      {isFixed ? (
        <FixedNote>{t("panels.portals.fixed")}</FixedNote>
      ) : (
        portals?.some(({ fixedByPolicy }) => fixedByPolicy) && <FixedNote>{t("panels.settings.fixedNote")}</FixedNote>
      )}
      {portals?.length === 0 && !isFixed && <p className="panel-quiet">{t("panels.portals.none")}</p>}
      <ul className="settings-portals">
        {portals?.map((portal) => (
          <li key={`${portal.host}:${portal.port}`}>
            <div>
              <strong>{portal.port === 443 ? portal.host : `${portal.host}:${portal.port}`}</strong>
              <p className="panel-quiet">
                {portal.authority === null
                  ? t("panels.portals.system")
                  : t("panels.portals.own", { fingerprint: fingerprintText(portal.authority.slice(0, 16)) })}
                {portal.remembered !== null && ` · ${t("panels.portals.remembered", { ...portal.remembered })}`}
                {portal.pin === null && ` · ${t("panels.portals.unseen")}`}
              </p>
              {portal.fixedByPolicy && <FixedMark />}
              {portal.host === current && <p className="panel-quiet">{t("panels.portals.current")}</p>}
            </div>
            <Button
              onPress={() => setLeaving(portal)}
              isDisabled={portal.fixedByPolicy || portal.host === current}
              aria-label={t("panels.portals.removeName", { portal: portal.host })}
            >
              {t("panels.portals.remove")}
            </Button>
          </li>
        ))}
      </ul>
      {leaving !== null && (
        <Dialog title={t("panels.portals.sure", { portal: leaving.host })} onClose={() => setLeaving(null)}>
          <p>{t("panels.portals.sureText")}</p>
          <div className="actions">
            <Button onPress={() => setLeaving(null)}>{t("panels.portals.keep")}</Button>
            <Button kind="primary" onPress={() => void remove(leaving)}>
              {t("panels.portals.remove")}
            </Button>
          </div>
        </Dialog>
      )}
    </Card>
  );
}
