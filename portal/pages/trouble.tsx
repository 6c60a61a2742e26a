import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Failure } from "../../contract/causes.ts";
import { FailureMessage } from "../../ui/failure-message.tsx";
import { unreachable } from "./api.ts";

type TroubleProps = {
  readonly failure: Failure;
  readonly values?: Readonly<Record<string, string>>;
  /** Says it better where the page knows more than the cause's own advice, which is also the command line's. */
  readonly advice?: string;
  readonly children?: ReactNode;
};

/** A failure in words. A network that is away is no fault of the portal's, and only a page can tell. */
export function Trouble({ failure, values, advice, children }: TroubleProps) {
  const { t } = useTranslation();
  if (failure.detail !== unreachable) {
    const said = { ...(values === undefined ? {} : { values }), ...(advice === undefined ? {} : { advice }) };
    return (
      <FailureMessage failure={failure} {...said}>
        {children}
      </FailureMessage>
    );
  }
  return (
    <div className="message" role="alert">
      <strong>{t("trouble.unreachable")}</strong>
      <span>{t("trouble.unreachableHint")}</span>
      {children !== undefined && <div className="message-actions">{children}</div>}
    </div>
  );
}
