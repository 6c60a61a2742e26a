import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "../../../ui/icon.tsx";
import type { Me } from "../api.ts";
import { LanguageChoice, ThemeChoice } from "../appearance.tsx";
import { overview } from "../place.ts";
import { PlaceLink } from "../place-link.tsx";
import { PasswordForm } from "./password-form.tsx";
import "./profile.css";
import { SecondFactor } from "./second-factor.tsx";
import { SignedInPlaces } from "./signed-in-places.tsx";

/** What is a person's own: second factor, password, where one is signed in, and how the page looks. */
export function ProfilePage({ me }: { readonly me: Me }) {
  const { t } = useTranslation();
  const heading = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    document.title = t("profile.pageTitle");
  }, [t]);
  useEffect(() => heading.current?.focus(), []);

  return (
    <main className="page profile">
      <nav aria-label={t("machinePage.way")}>
        <PlaceLink to={overview} className="back">
          <Icon name="chevron" />
          {t("machinePage.back")}
        </PlaceLink>
      </nav>
      <header>
        <h1 tabIndex={-1} ref={heading}>
          {me.user}
        </h1>
        <p className="quiet">{t("profile.account", { account: me.account })}</p>
      </header>
      <SecondFactor me={me} />
      <PasswordForm />
      <SignedInPlaces />
      <section className="sheet" aria-labelledby="appearance-title">
        <h2 id="appearance-title">{t("profile.appearance")}</h2>
        <p className="quiet">{t("profile.appearanceHint")}</p>
        <div className="choices">
          <LanguageChoice />
          <ThemeChoice />
        </div>
      </section>
    </main>
  );
}
