import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Failure } from "../../../../contract/causes.ts";
import { Button } from "../../../../ui/button.tsx";
import { FailureMessage } from "../../../../ui/failure-message.tsx";
import { Icon } from "../../../../ui/icon.tsx";
import { bridge } from "../bridge.ts";
import { SignIn } from "../sign-in/sign-in.tsx";
import { useDesk } from "../store.ts";
import { placeOf, samePlace } from "./place.ts";

type Shown =
  | { readonly is: "coming" }
  | { readonly is: "there" }
  | { readonly is: "failed"; readonly failure: Failure };

/** Where the portal's own pages are shown: they are not part of this page but laid over it, in this rectangle. */
export function PortalPlace({ covered }: { readonly covered: boolean }) {
  const isIn = useDesk((desk) => desk.state === undefined || desk.state.identity !== null);
  return isIn ? <PortalView covered={covered} /> : <SignIn />;
}

/** `covered`: a dialogue is open, which what is laid over the page would hide. */
function PortalView({ covered }: { readonly covered: boolean }) {
  const { t } = useTranslation();
  const portal = useDesk((desk) => desk.state?.identity?.portal ?? "none");
  const area = useRef<HTMLDivElement>(null);
  const [shown, setShown] = useState<Shown>({ is: "coming" });
  const [tries, setTries] = useState(0);
  const link = useDesk((desk) => desk.agent.link);
  const hidden = covered || link !== "attached";

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new try measures and asks anew
  useEffect(() => {
    const element = area.current;
    if (element === null || hidden) return;
    let left = false;
    let last = placeOf(element.getBoundingClientRect());
    const show = async (): Promise<void> => {
      const done = await bridge.showPortal({ place: last });
      if (left) return;
      setShown(done.type === "refusal" ? { is: "failed", failure: done.failure } : { is: "there" });
    };
    const follow = (): void => {
      const place = placeOf(element.getBoundingClientRect());
      if (samePlace(place, last)) return;
      last = place;
      void show();
    };
    void show();
    const observer = new ResizeObserver(follow);
    observer.observe(element);
    // Banners above come and go without a change of its size's being all there is to it.
    observer.observe(document.body);
    window.addEventListener("resize", follow);
    return () => {
      left = true;
      observer.disconnect();
      window.removeEventListener("resize", follow);
      void bridge.showPortal({ place: null });
    };
  }, [hidden, tries]);

  return (
    <section className="portal-place" aria-label={t("desktop.places.portal")}>
      <h1 className="visually-hidden">{t("desktop.places.portal")}</h1>
      <div ref={area} className="portal-area" aria-busy={shown.is === "coming"}>
        {link === "lost" && <WithoutAgent />}
        {link !== "lost" && shown.is === "coming" && (
          <div className="loading" role="status">
            <p>{t(link === "starting" ? "desktop.portalView.starting" : "desktop.portalView.coming", { portal })}</p>
            <div className="loading-row" />
            <div className="loading-row" />
          </div>
        )}
        {link !== "lost" && shown.is === "failed" && (
          <div className="portal-failed">
            <FailureMessage failure={shown.failure} values={{ portal }}>
              <Button
                kind="primary"
                onPress={() => {
                  setShown({ is: "coming" });
                  setTries(tries + 1);
                }}
              >
                {t("desktop.tryAgain")}
              </Button>
            </FailureMessage>
            <p className="quiet">{t("desktop.portalView.listWorks")}</p>
          </div>
        )}
      </div>
    </section>
  );
}

/** The portal's pages are opened by the agent's sign-in; what brings the agent back stands in the banner above. */
function WithoutAgent() {
  const { t } = useTranslation();
  return (
    <div className="portal-failed">
      <Icon name="portal" />
      <h2>{t("desktop.portalView.lostTitle")}</h2>
      <p>{t("desktop.portalView.lost")}</p>
    </div>
  );
}
