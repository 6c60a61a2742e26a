import { ProgressBar } from "react-aria-components/ProgressBar";
import { useTranslation } from "react-i18next";
import type { Check } from "../../../../contract/agent.ts";
import type { IconName } from "../../../../ui/icon.tsx";
import { Icon } from "../../../../ui/icon.tsx";
import { closedWay } from "../../../core/closed-way.ts";
import { Card } from "../panel/card.tsx";
import { HostName } from "../panel/host-name.tsx";
import type { CheckLine } from "./check-list.ts";
import { checkLines, progressOf } from "./check-list.ts";
import type { DoctorRun } from "./doctor-run.ts";
import { waysOf } from "./ways.ts";
import { WaysFigure } from "./ways-figure.tsx";

/** Each check with what came of it, as it ends. */
export function Checks({ run, portal }: { readonly run: DoctorRun; readonly portal: string | null }) {
  const { t } = useTranslation();
  const isRunning = run.state === "running";
  const lines = checkLines(run.checks, isRunning);
  if (lines.length === 0) return null;
  return (
    <Card title={t("panels.doctor.checks")}>
      {isRunning && <Progress done={progressOf(run.checks)} />}
      <WaysFigure ways={waysOf(run.checks)} portal={portal ?? t("panels.reach.node.portal")} />
      <ul className="doctor-checks">
        {lines.map((line, index) => (
          // Several ports have lines of the same kind, and none is ever moved.
          // biome-ignore lint/suspicious/noArrayIndexKey: the place in the list is what a line is known by
          <li key={`${line.check} ${index}`} data-outcome={line.state === "ended" ? line.found.outcome : "waiting"}>
            <Line line={line} portal={portal} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Progress({ done }: { readonly done: number }) {
  const { t } = useTranslation();
  return (
    <ProgressBar className="panel-progress" value={done * 100} aria-label={t("panels.doctor.progress")}>
      {({ percentage = 0 }) => (
        <span className="panel-progress-track" data-measured="true">
          <span style={{ width: `${percentage}%` }} />
        </span>
      )}
    </ProgressBar>
  );
}

const icons: Readonly<Record<Check["outcome"], IconName>> = { good: "check", bad: "close", unknown: "question" };

function Line({ line, portal }: { readonly line: CheckLine; readonly portal: string | null }) {
  const { t } = useTranslation();
  const name = t(`checks.name.${line.check}`);
  if (line.state === "waiting") {
    return (
      <>
        <span className="doctor-mark" aria-hidden="true" />
        <span className="doctor-check">{name}</span>
        <span className="panel-quiet">{t("panels.doctor.waiting")}</span>
      </>
    );
  }
  const { subject, outcome, cause, elapsedMs } = line.found;
  const closed = closedWay(line.found);
  return (
    <>
      <span className="doctor-mark">
        <Icon name={icons[outcome]} />
      </span>
      <span className="doctor-check">
        {name}{" "}
        {subject !== "-" && (
          <span className="panel-quiet">
            <HostName text={subject} />
          </span>
        )}
      </span>
      <span className="doctor-found">
        <strong>{t(`checks.outcome.${outcome}`)}</strong>
        {closed !== null && <> · {t(`checks.closed.${closed}`)}</>}
        {closed === null && cause !== null && (
          <> · {t(`causes.${cause}.headline`, { portal: portal ?? "none", machine: "none" })}</>
        )}
        {elapsedMs > 0 && <span className="panel-quiet"> · {t("panels.plot.ms", { ms: elapsedMs })}</span>}
      </span>
    </>
  );
}
