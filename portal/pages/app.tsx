import { lazy, Suspense, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/button.tsx";
import type { Me } from "./api.ts";
import { Frame } from "./frame.tsx";
import { Overview } from "./overview.tsx";
import { overview, usePlace } from "./place.ts";
import { PlaceLink } from "./place-link.tsx";
import { useSession } from "./session.ts";
import { SignIn } from "./sign-in.tsx";
import { Trouble } from "./trouble.tsx";

const MachinePage = lazy(async () => ({ default: (await import("./machine/machine-page.tsx")).MachinePage }));
const ProfilePage = lazy(async () => ({ default: (await import("./profile/profile-page.tsx")).ProfilePage }));

/** Sign-in, or whichever page the address names. */
export function App() {
  const { i18n } = useTranslation();
  const { me, startFailure, start } = useSession();

  useEffect(() => {
    document.documentElement.lang = i18n.language;
  }, [i18n.language]);

  if (startFailure !== null) return <CannotStart failure={startFailure} again={() => void start(null)} />;
  if (me === undefined) return <main className="waiting" aria-busy="true" />;
  if (me === null) return <SignIn />;
  return (
    <Frame key={`${me.account}/${me.user}`} me={me}>
      <Suspense fallback={<main className="page" aria-busy="true" />}>
        <Page me={me} />
      </Suspense>
    </Frame>
  );
}

function Page({ me }: { readonly me: Me }) {
  const place = usePlace();
  switch (place.page) {
    case "overview":
      return <Overview me={me} place={place} />;
    case "machine":
      return <MachinePage key={place.machine} id={place.machine} me={me} />;
    case "profile":
      return <ProfilePage me={me} />;
    case "nowhere":
      return <Nowhere />;
  }
}

function Nowhere() {
  const { t } = useTranslation();
  useEffect(() => {
    document.title = t("nowhere.pageTitle");
  }, [t]);
  return (
    <main className="page">
      <div className="empty">
        <h1>{t("nowhere.title")}</h1>
        <p>{t("nowhere.hint")}</p>
        <PlaceLink to={overview}>{t("machinePage.back")}</PlaceLink>
      </div>
    </main>
  );
}

type CannotStartProps = { readonly failure: Parameters<typeof Trouble>[0]["failure"]; readonly again: () => void };

function CannotStart({ failure, again }: CannotStartProps) {
  const { t } = useTranslation();
  return (
    <main className="sign-in">
      <div className="card">
        <h1 className="visually-hidden">Anslut</h1>
        <Trouble failure={failure} />
        <Button kind="primary" onPress={again}>
          {t("trouble.again")}
        </Button>
      </div>
    </main>
  );
}
