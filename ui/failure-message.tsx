import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Failure } from "../contract/causes.ts";

type FailureMessageProps = {
  readonly failure: Failure;
  /** `portal` and `machine` where they are known: texts name them. */
  readonly values?: Readonly<Record<string, string>>;
  /** Says it better where the window knows more than the cause's own advice, which is also the command line's. */
  readonly advice?: string;
  /** Buttons that do what the advice says. */
  readonly children?: ReactNode;
};

const unnamed = { portal: "none", machine: "none" };

/** What happened, why, and what to do next; the cause's name for support. Read out at once. */
export function FailureMessage({ failure, values, advice, children }: FailureMessageProps) {
  const { t } = useTranslation();
  const named = { ...unnamed, ...values };
  return (
    <div className="message" role="alert">
      <strong>{t(`causes.${failure.cause}.headline`, named)}</strong>
      <span>{advice ?? t(`causes.${failure.cause}.advice`, named)}</span>
      <code>{failure.cause}</code>
      {children !== undefined && <div className="message-actions">{children}</div>}
    </div>
  );
}
