import { useTranslation } from "react-i18next";
import type { Machine } from "../../../../contract/portal.ts";
import { bytesText, rateText } from "../../../core/quantities.ts";
import { useLanguage } from "../panel/language.ts";
import { useDesk } from "../store.ts";
import type { ChartLine } from "./chart.tsx";
import { Chart } from "./chart.tsx";
import { useTraffic } from "./traffic.ts";
import { plotOf, summaryOf } from "./traffic-samples.ts";

/** Round trip and data of the last minutes, drawn; the same in figures below each drawing. */
export function TrafficPlot({ machine }: { readonly machine: Machine }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const samples = useTraffic((traffic) => traffic.samples);
  const tunnel = useDesk(({ state }) => state?.tunnel ?? null);
  const plot = plotOf(samples, machine.id);
  const trip = summaryOf(plot.roundTrip);
  const received = summaryOf(plot.received);
  const sent = summaryOf(plot.sent);
  const milliseconds = (ms: number): string => t("panels.plot.ms", { ms: Math.round(ms) });
  const rate = (value: number): string => rateText(value, language);
  const tripText =
    trip === null
      ? t("panels.plot.noTrip")
      : t("panels.plot.trip", {
          now: milliseconds(trip.now),
          lowest: milliseconds(trip.lowest),
          highest: milliseconds(trip.highest),
        });
  const dataText = t("panels.plot.data", {
    received: bytesText(tunnel?.received ?? 0, language),
    sent: bytesText(tunnel?.sent ?? 0, language),
    in: rate(received?.now ?? 0),
    out: rate(sent?.now ?? 0),
  });
  return (
    <div className="machine-plots">
      <Chart
        title={t("panels.plot.tripTitle")}
        words={tripText}
        times={plot.times}
        lines={[{ values: plot.roundTrip, look: "first", name: t("panels.plot.tripTitle") } satisfies ChartLine]}
        format={milliseconds}
        atLeast={20}
      />
      <Chart
        title={t("panels.plot.dataTitle")}
        words={dataText}
        times={plot.times}
        lines={[
          { values: plot.received, look: "first", name: t("panels.plot.in") },
          { values: plot.sent, look: "second", name: t("panels.plot.out") },
        ]}
        format={rate}
        atLeast={1000}
      />
    </div>
  );
}
