import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "../../../../ui/icon.tsx";
import { useDesk } from "../store.ts";

/** That an administrator has fixed something here, and the reason in their own words. */
export function FixedNote({ children }: { readonly children: ReactNode }) {
  const reason = useDesk(({ state }) => state?.fixed.reason ?? "");
  return (
    <p className="fixed-note">
      <Icon name="lock" />
      <span>
        {children} {reason !== "" && <q>{reason}</q>}
      </span>
    </p>
  );
}

/** Stands beside what is fixed, where a {@link FixedNote} of the same card says why. */
export function FixedMark() {
  const { t } = useTranslation();
  return (
    <span className="settings-fixed-mark">
      <Icon name="lock" /> {t("panels.settings.fixed")}
    </span>
  );
}
