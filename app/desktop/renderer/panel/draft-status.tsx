import { useTranslation } from "react-i18next";
import { Icon } from "../../../../ui/icon.tsx";
import type { SelfSaving } from "./draft.ts";

/** Whether what was typed is safe: quiet as long as it is. */
export function DraftStatus({ draft }: { readonly draft: Pick<SelfSaving<unknown>, "status" | "failure"> }) {
  const { t } = useTranslation();
  const { status, failure } = draft;
  return (
    <span className="panel-draft" role="status" data-status={status}>
      {status === "saving" && t("panels.draft.saving")}
      {status === "saved" && (
        <>
          <Icon name="check" /> {t("panels.draft.saved")}
        </>
      )}
      {status === "failed" && failure !== null && (
        <>
          <Icon name="warn" /> {t("panels.draft.failed")}{" "}
          {t(`causes.${failure.cause}.headline`, { machine: "none", portal: "none" })}
        </>
      )}
    </span>
  );
}
