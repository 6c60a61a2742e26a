import { useTranslation } from "react-i18next";
import { Button } from "../../../../ui/button.tsx";
import { FailureMessage } from "../../../../ui/failure-message.tsx";
import { Hint } from "../../../../ui/hint.tsx";
import { useDesk } from "../store.ts";
import { useStartingHelper } from "./starting-helper.ts";

/** Without the helper there is no tunnel: what is missing, and the one button that mends it. Nothing while all is well. */
export function HelperHint() {
  const { t } = useTranslation();
  const helper = useDesk((desk) => desk.state?.helper);
  const { isWorking, failure, answer, start } = useStartingHelper();

  if (helper === "untrusted") return <FailureMessage failure={{ cause: "helperUntrusted", detail: "" }} />;
  if (helper === "mismatch") return <FailureMessage failure={{ cause: "helperMismatch", detail: "" }} />;
  if (helper !== "missing") return null;

  return (
    <>
      {failure !== null && failure.cause !== "helperMissing" && <FailureMessage failure={failure} />}
      <Hint
        title={t("desktop.helper.title")}
        actions={
          <Button kind="primary" onPress={() => void start()} isDisabled={isWorking}>
            {t(isWorking ? "desktop.working" : "desktop.helper.start")}
          </Button>
        }
      >
        {t(answer ?? "desktop.helper.text")}
      </Hint>
    </>
  );
}
