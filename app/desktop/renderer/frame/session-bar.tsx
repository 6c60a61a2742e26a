import { useTranslation } from "react-i18next";
import type { AgentState } from "../../../../contract/state.ts";
import { Light } from "../../../../ui/light.tsx";
import { duration, useNow } from "../moment.ts";
import { useDesk } from "../store.ts";
import { Connections } from "./connections.tsx";
import { SessionActions } from "./session-actions.tsx";
import { type SessionLook, sessionLook } from "./session-look.ts";
import { Way } from "./way.tsx";

/** Where one stands with the portal, always in view: light, words, the way drawn, and what can be done about it. */
export function SessionBar() {
  const { t } = useTranslation();
  const agent = useDesk((desk) => desk.agent);
  const state = useDesk((desk) => desk.state);
  const look = sessionLook({ agent, state });
  return (
    <section className="session" aria-label={t("desktop.session.label")}>
      <div className="session-line">
        <div className="session-words">
          <strong>
            <Light state={look.light}>{t(`desktop.session.word.${look.word}`)}</Light>
          </strong>
          <p>
            <Detail look={look} state={state} />
          </p>
        </div>
        <Way look={look.way} />
        <SessionActions />
      </div>
      <Connections />
    </section>
  );
}

function Detail({ look, state }: { readonly look: SessionLook; readonly state: AgentState | undefined }): string {
  const { t, i18n } = useTranslation();
  const now = useNow(look.word === "reconnecting" ? 1000 : look.word === "ready" ? 30_000 : null);
  if (state === undefined || look.word === "lost" || look.word === "starting") {
    return t(look.word === "lost" ? "desktop.session.detail.lost" : "desktop.session.detail.starting");
  }
  const { session, identity, tunnel } = state;
  const portal = identity?.portal ?? "none";
  switch (session.state) {
    case "signedIn":
      return t("desktop.session.detail.signedIn", { portal });
    case "asking":
      return t("desktop.session.detail.asking", { about: session.question.about });
    case "dialling":
    case "securing":
    case "addressing": {
      if (session.endpoint === null) return t("desktop.session.detail.looking");
      const { host, port, proxy, wrapped } = session.endpoint;
      return t("desktop.session.detail.endpoint", {
        way: `${host}:${port}`,
        proxy: proxy ?? "none",
        wrapped: String(wrapped),
      });
    }
    case "ready":
      return t("desktop.session.detail.ready", {
        portal,
        time: duration(session.since, now, i18n.language),
        roundTripMs: tunnel?.roundTripMs ?? -1,
      });
    case "reconnecting": {
      const seconds = Math.max(0, Math.ceil((Date.parse(session.at) - now) / 1000));
      return t("desktop.session.detail.reconnecting", {
        attempt: session.attempt,
        seconds,
        why: t(`causes.${session.why.cause}.headline`, { portal, machine: "none" }),
      });
    }
    case "suspended":
      return t(`desktop.session.detail.${session.why}`);
    case "failed":
      return t(`causes.${session.failure.cause}.headline`, { portal, machine: "none" });
    case "hangingUp":
      return t("desktop.session.detail.hangingUp");
    case "signedOut":
    case "signingIn":
      return t(`desktop.session.detail.${session.state}`);
  }
}
