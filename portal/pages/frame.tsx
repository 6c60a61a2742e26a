import type { ReactNode } from "react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Failure } from "../../contract/causes.ts";
import { failureOf } from "../../contract/causes.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import type { Me } from "./api.ts";
import { useDrafts } from "./drafts.ts";
import { listen } from "./events.ts";
import { clockTime } from "./moments.ts";
import { overview, usePlace } from "./place.ts";
import { PlaceLink } from "./place-link.tsx";
import { useSession } from "./session.ts";
import { useMachines } from "./store.ts";
import { Trouble } from "./trouble.tsx";

/** What is around every page of somebody who is signed in: whose account, the way to the profile, and whether what is shown is fresh. */
export function Frame({ me, children }: { readonly me: Me; readonly children: ReactNode }) {
  const { t } = useTranslation();
  const place = usePlace();
  const { signOut, over } = useSession();
  const { start, take, link, forget } = useMachines();
  const [failure, setFailure] = useState<Failure | null>(null);

  const own = useDrafts((drafts) => drafts.own);

  useEffect(() => {
    own(`${me.account}/${me.user}`);
    void start(me.user);
    const stop = listen({
      event: take,
      link,
      signedOut: () => over({ cause: "signedOut", detail: "" }),
    });
    return () => {
      stop();
      forget();
    };
  }, [own, start, me.account, me.user, take, link, over, forget]);

  const leave = (): void => {
    setFailure(null);
    signOut().catch((error: unknown) => setFailure(failureOf(error)));
  };

  return (
    <div className="frame">
      <header className="bar">
        <PlaceLink to={overview} className="home" current={place.page === "overview"}>
          <img src="/icon.svg" alt="" width="28" height="28" />
          <span>{me.account}</span>
        </PlaceLink>
        <nav aria-label={t("frame.own")}>
          <PlaceLink to={{ page: "profile" }} className="bar-link" current={place.page === "profile"}>
            <Icon name="people" />
            <span className="visually-hidden">{t("frame.profileOf")}</span>
            <span className="bar-word">{me.user}</span>
          </PlaceLink>
          <Button kind="quiet" onPress={leave}>
            {t("overview.signOut")}
          </Button>
        </nav>
      </header>
      <LostLink />
      {failure !== null && (
        <div className="bar-message">
          <Trouble failure={failure} />
        </div>
      )}
      {children}
    </div>
  );
}

/** Says that what is shown may be old. */
function LostLink() {
  const { t, i18n } = useTranslation();
  const lostSince = useMachines((machines) => machines.lostSince);
  return (
    <div className="lost" role="status">
      {lostSince !== null && (
        <p>{t("frame.lost", { time: clockTime(new Date(lostSince).toISOString(), i18n.language) })}</p>
      )}
    </div>
  );
}
