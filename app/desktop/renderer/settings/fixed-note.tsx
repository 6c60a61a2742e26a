import { useTranslation } from "react-i18next";
import { Icon } from "../../../../ui/icon.tsx";

/** That an administrator has fixed something here, and the reason in their own words. */
export function FixedNote({ reason }: { readonly reason: string }) {
  const { t } = useTranslation();
  return (
    <p className="settings-fixed">
      <Icon name="lock" />
      <span>
        {t("panels.settings.fixedNote")} {reason !== "" && <q>{reason}</q>}
      </span>
    </p>
  );
}

/** Stands beside what is fixed. */
export function FixedMark() {
  const { t } = useTranslation();
  return (
    <span className="settings-fixed-mark">
      <Icon name="lock" /> {t("panels.settings.fixed")}
    </span>
  );
}
