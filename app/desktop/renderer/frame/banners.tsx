import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Failure } from "../../../../contract/causes.ts";
import { Button } from "../../../../ui/button.tsx";
import { FailureMessage } from "../../../../ui/failure-message.tsx";
import { bridge } from "../bridge.ts";
import { useDesk } from "../store.ts";
import { useDeeds } from "./deeds.ts";
import { HelperHint } from "./helper-hint.tsx";

/** What must be known in every place: that the agent is gone, that the helper is missing, why something did not work. */
export function Banners() {
  const { t } = useTranslation();
  const agent = useDesk((desk) => desk.agent);
  const state = useDesk((desk) => desk.state);
  const deed = useDeeds((deeds) => deeds.failure);
  const dismissDeed = useDeeds((deeds) => deeds.dismiss);
  const [read, setRead] = useState<string | null>(null);
  const portal = state?.identity?.portal ?? "none";
  if (agent.link === "lost") return <AgentLost failure={agent.failure ?? { cause: "agentMissing", detail: "" }} />;
  if (state === undefined || state.identity === null) return null;
  const { session, helper, notice } = state;
  const failure = session.state === "failed" ? session.failure : deed;
  const shownNotice = notice !== null && textOf(notice) !== read ? notice : null;
  if (failure === null && shownNotice === null && (helper === "available" || helper === "unknown")) return null;
  return (
    <section className="banners" aria-label={t("desktop.notices")}>
      <HelperHint />
      {failure !== null && !isOfHelper(failure, helper) && (
        <FailureMessage failure={failure} values={{ portal }}>
          {session.state === "failed" ? <DoctorButton /> : <DismissButton onPress={dismissDeed} />}
        </FailureMessage>
      )}
      {shownNotice !== null && shownNotice.cause !== failure?.cause && (
        <FailureMessage failure={shownNotice} values={{ portal }}>
          <DismissButton onPress={() => setRead(textOf(shownNotice))} />
        </FailureMessage>
      )}
    </section>
  );
}

function textOf({ cause, detail }: Failure): string {
  return `${cause} ${detail}`;
}

/** Said by the hint already, with the button that mends it. */
function isOfHelper({ cause }: Failure, helper: string): boolean {
  return cause === "helperMissing" && helper === "missing";
}

function AgentLost({ failure }: { readonly failure: Failure }) {
  const { t } = useTranslation();
  return (
    <section className="banners" aria-label={t("desktop.notices")}>
      <FailureMessage failure={failure} advice={t("desktop.agentLost")}>
        <Button onPress={() => void bridge.retryAgent({})}>{t("desktop.tryNow")}</Button>
      </FailureMessage>
    </section>
  );
}

function DoctorButton() {
  const { t } = useTranslation();
  const go = useDesk((desk) => desk.go);
  return <Button onPress={() => go("doctor")}>{t("desktop.findOut")}</Button>;
}

function DismissButton({ onPress }: { readonly onPress: () => void }) {
  const { t } = useTranslation();
  return <Button onPress={onPress}>{t("desktop.understood")}</Button>;
}
