import { useTranslation } from "react-i18next";
import type { Failure } from "../contract/causes.ts";

/** What happened, why, and what to do next; the cause's name for support. Read out at once. */
export function FailureMessage({
  failure,
  values = {},
}: {
  readonly failure: Failure;
  readonly values?: Record<string, string>;
}) {
  const { t } = useTranslation();
  return (
    <div className="message" role="alert">
      <strong>{t(`causes.${failure.cause}.headline`, values)}</strong>
      <span>{t(`causes.${failure.cause}.advice`, values)}</span>
      <code>{failure.cause}</code>
    </div>
  );
}
