import { useTranslation } from "react-i18next";
import { useDesk } from "../store.ts";

/** Why nothing can be kept in the keyring, in words; null: it can. */
export function useRememberable(): string | null {
  const { t } = useTranslation();
  const keyring = useDesk((desk) => desk.state?.keyring ?? false);
  const keepSecrets = useDesk((desk) => desk.state?.preferences.keepSecrets ?? true);
  const fixed = useDesk((desk) => desk.state?.fixed);
  if (!keepSecrets && fixed?.preferences.includes("keepSecrets")) {
    return t("desktop.keyring.fixed", { reason: fixed.reason === "" ? "none" : fixed.reason });
  }
  if (!keepSecrets) return t("desktop.keyring.off");
  return keyring ? null : t("desktop.keyring.missing");
}
