import { useTranslation } from "react-i18next";
import { Button } from "../../../../ui/button.tsx";
import { FailureMessage } from "../../../../ui/failure-message.tsx";
import { Icon } from "../../../../ui/icon.tsx";
import { useStartingHelper } from "../frame/starting-helper.ts";
import { useDesk } from "../store.ts";
import type { DoctorRun } from "./doctor-run.ts";

/** What it comes to, in a sentence, and what to do next. */
export function Verdict({ run, portal }: { readonly run: DoctorRun; readonly portal: string | null }) {
  const { t } = useTranslation();
  return (
    <div className="doctor-verdict" role="status">
      {run.state === "running" && <p className="panel-quiet">{t("panels.doctor.running")}</p>}
      {run.state === "cancelled" && <p className="panel-quiet">{t("panels.doctor.cancelled")}</p>}
      {run.state === "done" && run.diagnosis !== null && <Sentence run={run} portal={portal} />}
    </div>
  );
}

function Sentence({ run, portal }: { readonly run: DoctorRun; readonly portal: string | null }) {
  const { t } = useTranslation();
  const cause = run.diagnosis?.verdict ?? null;
  const values = { portal: run.portal ?? portal ?? "none", machine: "none" };
  return (
    <div className="doctor-sentence" data-verdict={cause === null ? "good" : "bad"}>
      <Icon name={cause === null ? "check" : "warn"} />
      <div>
        <p>
          <strong>{cause === null ? t("panels.doctor.good", values) : t(`causes.${cause}.headline`, values)}</strong>
        </p>
        <p>{cause === null ? t("panels.doctor.goodAdvice") : t(`causes.${cause}.advice`, values)}</p>
        {cause !== null && <Next cause={cause} />}
      </div>
    </div>
  );
}

/** Where the cure is a place of this window, the way there. */
function Next({ cause }: { readonly cause: string }) {
  const { t } = useTranslation();
  const go = useDesk((desk) => desk.go);
  if (cause.startsWith("proxy")) {
    return <Button onPress={() => go("settings")}>{t("panels.doctor.toProxy")}</Button>;
  }
  return cause === "helperMissing" ? <StartHelper /> : null;
}

/** With what came of it: a start that the person or the system declined leaves all as it was. */
function StartHelper() {
  const { t } = useTranslation();
  const { isWorking, failure, answer, start } = useStartingHelper();
  return (
    <>
      <Button onPress={() => void start()} isDisabled={isWorking}>
        {t(isWorking ? "desktop.working" : "panels.doctor.startHelper")}
      </Button>
      <p role="status">{answer !== null && t(answer)}</p>
      {failure !== null && failure.cause !== "helperMissing" && <FailureMessage failure={failure} />}
    </>
  );
}
