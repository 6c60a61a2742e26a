import { useTranslation } from "react-i18next";
import { Button } from "../../../../ui/button.tsx";
import { Hint } from "../../../../ui/hint.tsx";
import { ago, momentText, useNow } from "../moment.ts";
import { useLanguage } from "../panel/language.ts";
import { useDraft } from "../sign-in/draft.ts";
import { useDesk } from "../store.ts";

/** What must be known to read the list: that it is old, and how old. */
export function ListHints() {
  const { t } = useTranslation();
  const language = useLanguage();
  const from = useDesk((desk) => desk.machinesFrom);
  const any = useDesk((desk) => desk.machines.size > 0);
  const signedOut = useDesk((desk) => desk.state !== undefined && desk.state.identity === null);
  const change = useDraft((draft) => draft.change);
  const now = useNow(60_000);
  if (!any || (from === null && !signedOut)) return null;
  const signIn = (
    <Button kind="primary" onPress={() => change({ browsing: false })}>
      {t("desktop.signIn.submit")}
    </Button>
  );
  return (
    <div className="list-hint" role="note">
      <Hint title={t("desktop.machines.old")} {...(signedOut ? { actions: signIn } : {})}>
        {from === null
          ? t("desktop.machines.oldHint")
          : t("desktop.machines.oldSince", {
              when: momentText(from, now, language),
              ago: ago(from, now, language),
            })}
      </Hint>
    </div>
  );
}

/** Nothing in the list: because it has not come yet, because there is nothing, or because nothing is like that. */
export function EmptyList({ query }: { readonly query: string }) {
  const { t } = useTranslation();
  const known = useDesk((desk) => desk.machinesKnown);
  const any = useDesk((desk) => desk.machines.size > 0);
  const lost = useDesk((desk) => desk.agent.link === "lost");
  if (any) {
    return (
      <div className="empty">
        <h2>{t("desktop.machines.nothingFound", { search: query.trim() })}</h2>
        <p>{t("desktop.machines.nothingFoundHint")}</p>
      </div>
    );
  }
  if (lost) {
    return (
      <div className="empty">
        <p>{t("desktop.machines.away")}</p>
      </div>
    );
  }
  if (!known) {
    return (
      <div className="loading" role="status">
        <p>{t("desktop.machines.loading")}</p>
        {Array.from({ length: 6 }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
          <div key={index} className="loading-row" />
        ))}
      </div>
    );
  }
  return (
    <div className="empty">
      <h2>{t("desktop.machines.none")}</h2>
      <p>{t("desktop.machines.noneHint")}</p>
    </div>
  );
}
