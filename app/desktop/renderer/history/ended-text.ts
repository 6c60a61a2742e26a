import { useTranslation } from "react-i18next";
import type { HistoryRow } from "./rows.ts";

/** How a connection ended, in words. */
export function useEndedText(): (row: HistoryRow) => string {
  const { t } = useTranslation();
  return ({ until, ended, kind, what }) => {
    if (until === null) return t("panels.history.open");
    if (ended === null) return t("panels.history.byHand");
    return t(`causes.${ended}.headline`, { portal: "none", machine: kind === "connection" ? what : "none" });
  };
}
