import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { PortalEntry } from "../../../../contract/agent.ts";
import { frontPorts } from "../../../../contract/constants.ts";
import { Button } from "../../../../ui/button.tsx";
import { FailureMessage } from "../../../../ui/failure-message.tsx";
import { ask } from "../ask.ts";
import { Card } from "../panel/card.tsx";
import { useLanguage } from "../panel/language.ts";
import { Pick } from "../panel/pick.tsx";
import { Place } from "../panel/place.tsx";
import { useDesk } from "../store.ts";
import { Checks } from "./checks.tsx";
import { Diagnostics } from "./diagnostics.tsx";
import { cancelExamination, examine, useDoctorRun } from "./doctor-run.ts";
import { ItPage } from "./it-page.tsx";
import { Openings } from "./openings.tsx";
import { Verdict } from "./verdict.tsx";
import type { Way } from "./ways.ts";
import { WaysFigure } from "./ways-figure.tsx";
import "../panel/panel.css";
import "./doctor.css";

/** The agent's checks, a verdict, the page for the customer's IT, and the diagnostics for support. */
export function Doctor() {
  const { t } = useTranslation();
  const language = useLanguage();
  const run = useDoctorRun();
  const identity = useDesk(({ state }) => state?.identity?.portal);
  const portals = usePortals();
  const [chosen, setChosen] = useState<string | null>(null);
  const portal = chosen ?? identity ?? portals[0]?.host ?? null;
  const isRunning = run.state === "running";
  const pageLanguage = run.state === "none" ? language : run.language;

  return (
    <Place
      name="doctor"
      title={t("panels.doctor.title")}
      intro={t("panels.doctor.intro")}
      actions={
        <>
          {portals.length > 1 && (
            <Pick
              label={t("panels.doctor.portal")}
              value={portal ?? ""}
              onChange={setChosen}
              options={portals.map(({ host }) => ({ value: host, text: host }))}
              isDisabled={isRunning}
            />
          )}
          {isRunning ? (
            <Button onPress={cancelExamination}>{t("panels.cancel")}</Button>
          ) : (
            <Button kind="primary" onPress={() => void examine(portal, pageLanguage)}>
              {t(run.state === "none" ? "panels.doctor.run" : "panels.doctor.again")}
            </Button>
          )}
        </>
      }
    >
      {run.failure !== null && <FailureMessage failure={run.failure} values={{ portal: portal ?? "none" }} />}
      {run.state === "none" ? <Before portal={portal} /> : <Verdict run={run} portal={portal} />}
      <Checks run={run} portal={portal} />
      {run.diagnosis !== null && run.diagnosis.ask.length > 0 && <Openings ask={run.diagnosis.ask} />}
      {run.diagnosis !== null && (
        <ItPage
          page={run.diagnosis.page}
          portal={portal ?? ""}
          language={pageLanguage}
          isRunning={isRunning}
          onLanguage={(wanted) => void examine(run.portal ?? portal, wanted)}
        />
      )}
      <Diagnostics />
    </Place>
  );
}

/** What will be looked at: every way out of this network, of which nothing is known yet. */
function Before({ portal }: { readonly portal: string | null }) {
  const { t } = useTranslation();
  const ways = frontPorts.map((port): Way => ({ port, proxy: null, outcome: "unknown" }));
  return (
    <Card title={t("panels.doctor.ways")}>
      <WaysFigure ways={ways} portal={portal ?? t("panels.reach.node.portal")} />
      <p className="panel-quiet">{t("panels.doctor.before")}</p>
    </Card>
  );
}

/** The portals that the agent knows; none while it cannot say. */
function usePortals(): readonly PortalEntry[] {
  const [portals, setPortals] = useState<readonly PortalEntry[]>([]);
  const link = useDesk((desk) => desk.agent.link);
  useEffect(() => {
    if (link !== "attached") return;
    let isWanted = true;
    ask({ type: "portals" }).then(
      (result) => isWanted && result.type === "portals" && setPortals(result.portals),
      // The examination itself says what is wrong.
      () => undefined,
    );
    return () => {
      isWanted = false;
    };
  }, [link]);
  return portals;
}
