import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Failure } from "../../../../contract/causes.ts";
import { Button } from "../../../../ui/button.tsx";
import { FailureMessage } from "../../../../ui/failure-message.tsx";
import { Hint } from "../../../../ui/hint.tsx";
import { bridge } from "../bridge.ts";
import { useDesk } from "../store.ts";

/** Without the helper there is no tunnel: what is missing, and the one button that mends it. Nothing while all is well. */
export function HelperHint() {
  const { t } = useTranslation();
  const helper = useDesk((desk) => desk.state?.helper);
  const [working, setWorking] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [declined, setDeclined] = useState(false);

  if (helper === "untrusted") return <FailureMessage failure={{ cause: "helperUntrusted", detail: "" }} />;
  if (helper === "mismatch") return <FailureMessage failure={{ cause: "helperMismatch", detail: "" }} />;
  if (helper !== "missing") return null;

  const start = async (): Promise<void> => {
    setWorking(true);
    setFailure(null);
    const done = await bridge.startHelper({});
    setWorking(false);
    setDeclined(done.type === "declined");
    if (done.type === "refusal") setFailure(done.failure);
  };

  return (
    <>
      {failure !== null && failure.cause !== "helperMissing" && <FailureMessage failure={failure} />}
      <Hint
        title={t("desktop.helper.title")}
        actions={
          <Button kind="primary" onPress={() => void start()} isDisabled={working}>
            {t(working ? "desktop.working" : "desktop.helper.start")}
          </Button>
        }
      >
        {t(failure !== null ? "desktop.helper.refused" : declined ? "desktop.helper.declined" : "desktop.helper.text")}
      </Hint>
    </>
  );
}
