import { useTranslation } from "react-i18next";
import { Button } from "../../../../ui/button.tsx";
import { canDial, canHangUp, canLogout, isDialling } from "../../../core/predicates.ts";
import { useDesk } from "../store.ts";
import { useDeeds } from "./deeds.ts";

/** Dial, cancel, hang up, sign out: whichever may be asked for now. */
export function SessionActions() {
  const { t } = useTranslation();
  const state = useDesk((desk) => desk.state);
  const attached = useDesk((desk) => desk.agent.link === "attached");
  const run = useDeeds((deeds) => deeds.run);
  if (state === undefined || !attached) return <div className="session-actions" />;
  const { session, identity } = state;
  const again = session.state === "failed" || session.state === "reconnecting" || session.state === "suspended";
  const isOnTheWay = isDialling(session) && session.state !== "reconnecting" && session.state !== "suspended";
  return (
    <div className="session-actions">
      {canDial(state) && (
        <Button kind="primary" onPress={() => void run({ type: "dial" })}>
          {t(again ? "desktop.session.dialNow" : "desktop.session.dial")}
        </Button>
      )}
      {canHangUp(state) && session.state !== "asking" && session.state !== "failed" && (
        <Button onPress={() => void run({ type: "hangUp" })}>
          {t(isOnTheWay ? "desktop.session.cancel" : "desktop.session.hangUp")}
        </Button>
      )}
      {identity !== null && canLogout(state) && (
        <div className="identity">
          <p title={`${identity.user} · ${identity.account}`}>
            {identity.user}
            <small>{identity.account}</small>
          </p>
          <Button kind="quiet" onPress={() => void run({ type: "logout" })}>
            {t("desktop.session.signOut")}
          </Button>
        </div>
      )}
    </div>
  );
}
