import { useTranslation } from "react-i18next";
import type { Failure } from "../../../contract/causes.ts";
import { Trouble } from "../trouble.tsx";

/** Why a change of one's own was refused. In the profile a refused password can only be one thing, and may be said. */
export function ProofTrouble({ failure }: { readonly failure: Failure }) {
  const { t } = useTranslation();
  if (failure.cause !== "credentialsRefused") return <Trouble failure={failure} />;
  return (
    <div className="message" role="alert">
      <strong>{t("profile.passwordWrong")}</strong>
      <span>{t("profile.passwordWrongHint")}</span>
    </div>
  );
}
