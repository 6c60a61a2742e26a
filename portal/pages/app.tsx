import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Overview } from "./overview.tsx";
import { SignIn } from "./sign-in.tsx";
import { useOverview } from "./store.ts";

/** Sign-in or overview, whichever the session allows. */
export function App() {
  const { t, i18n } = useTranslation();
  const me = useOverview((overview) => overview.me);
  const start = useOverview((overview) => overview.start);

  useEffect(() => {
    void start();
  }, [start]);

  useEffect(() => {
    document.documentElement.lang = i18n.language;
    document.title = me ? t("overview.pageTitle", { account: me.account }) : t("signIn.pageTitle");
  }, [t, i18n.language, me]);

  if (me === undefined) return <main className="waiting" aria-busy="true" />;
  return me === null ? <SignIn /> : <Overview me={me} />;
}
