import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Failure } from "../../../../contract/causes.ts";
import { failureOf } from "../../../../contract/causes.ts";
import { Button } from "../../../../ui/button.tsx";
import { FailureMessage } from "../../../../ui/failure-message.tsx";
import { ask } from "../ask.ts";
import { Card } from "../panel/card.tsx";
import type { Bundle } from "./diagnostics-preview.tsx";
import { DiagnosticsPreview } from "./diagnostics-preview.tsx";

/** What support may want: shown whole before the person decides whether it leaves this computer. */
export function Diagnostics() {
  const { t } = useTranslation();
  const [bundle, setBundle] = useState<Bundle | null>(null);
  const [isReading, setReading] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);

  const read = async (): Promise<void> => {
    setReading(true);
    setFailure(null);
    try {
      const result = await ask({ type: "diagnostics" });
      if (result.type === "diagnostics") setBundle({ name: result.name, text: result.text });
    } catch (error) {
      setFailure(failureOf(error));
    } finally {
      setReading(false);
    }
  };

  return (
    <Card title={t("panels.diagnostics.title")}>
      <p>{t("panels.diagnostics.text")}</p>
      <div className="panel-actions">
        <Button onPress={() => void read()} isDisabled={isReading}>
          {t(
            isReading
              ? "panels.diagnostics.reading"
              : bundle === null
                ? "panels.diagnostics.show"
                : "panels.diagnostics.anew",
          )}
        </Button>
      </div>
      {failure !== null && <FailureMessage failure={failure} />}
      {bundle !== null && <DiagnosticsPreview bundle={bundle} />}
    </Card>
  );
}
