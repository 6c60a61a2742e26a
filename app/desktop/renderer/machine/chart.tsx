import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { clockText } from "../moment.ts";
import { useLanguage } from "../panel/language.ts";
import { spanMs } from "./traffic-samples.ts";

export interface ChartLine {
  readonly values: readonly (number | null)[];
  /** `second` is dashed: told apart without colour. */
  readonly look: "first" | "second";
  readonly name: string;
}

type ChartProps = {
  readonly title: string;
  /** What the drawing says, in figures. */
  readonly words: string;
  readonly times: readonly number[];
  readonly lines: readonly ChartLine[];
  readonly format: (value: number) => string;
  /** The scale reaches at least so far: noise must not look like a mountain. */
  readonly atLeast: number;
};

const height = 96;
/** Pause between two steps of the time axis, in milliseconds. */
const stepMs = 2000;

/** Lines over the last minutes. Whoever does not see them hears the words below. */
export function Chart({ title, words, times, lines, format, atLeast }: ChartProps) {
  const language = useLanguage();
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const shown = useRef({ format, language, atLeast });
  shown.current = { format, language, atLeast };
  const looks = lines.map(({ look }) => look).join();

  useEffect(() => {
    const place = host.current;
    if (place === null) return;
    const drawn = new uPlot(optionsFor(place, looks.split(","), shown), emptyData(looks), place);
    plot.current = drawn;
    const sized = new ResizeObserver(() => drawn.setSize({ width: place.clientWidth, height }));
    sized.observe(place);
    const forget = onThemeChange(() => drawn.redraw(false, true));
    return () => {
      forget();
      sized.disconnect();
      drawn.destroy();
      plot.current = null;
    };
  }, [looks]);

  useEffect(() => {
    const draw = (): void => {
      plot.current?.setData([[...times], ...lines.map(({ values }) => [...values])], false);
      const now = Date.now() / 1000;
      plot.current?.setScale("x", { min: now - spanMs / 1000, max: now });
    };
    draw();
    const timer = setInterval(draw, stepMs);
    return () => clearInterval(timer);
  }, [times, lines]);

  return (
    <figure className="machine-chart">
      <figcaption>
        <strong>{title}</strong> <span>{words}</span>
      </figcaption>
      <div ref={host} className="machine-chart-host" aria-hidden="true" />
      {lines.length > 1 && (
        <ul className="machine-chart-legend" aria-hidden="true">
          {lines.map(({ name, look }) => (
            <li key={name} data-look={look}>
              {name}
            </li>
          ))}
        </ul>
      )}
    </figure>
  );
}

function emptyData(looks: string): uPlot.AlignedData {
  return [[], ...looks.split(",").map(() => [])];
}

interface Shown {
  readonly current: {
    readonly format: (value: number) => string;
    readonly language: "en" | "de" | "sv";
    readonly atLeast: number;
  };
}

function optionsFor(place: HTMLElement, looks: readonly string[], shown: Shown): uPlot.Options {
  const colour = (name: string) => (): string => getComputedStyle(place).getPropertyValue(name);
  const axis = {
    stroke: colour("--plot-ink"),
    font: `12px ${getComputedStyle(place).fontFamily}`,
    grid: { stroke: colour("--plot-grid"), width: 1 },
    ticks: { show: false },
  } as const;
  return {
    width: Math.max(1, place.clientWidth),
    height,
    legend: { show: false },
    cursor: { show: false },
    padding: [8, 8, 0, 0],
    scales: {
      x: { time: true, auto: false },
      y: { range: (_, __, highest) => [0, Math.max(shown.current.atLeast, (highest ?? 0) * 1.15)] },
    },
    axes: [
      {
        ...axis,
        size: 22,
        gap: 4,
        space: 44,
        incrs: [60, 120, 300],
        values: (_, splits) =>
          splits.map((seconds) => clockText(new Date(seconds * 1000).toISOString(), shown.current.language)),
      },
      {
        ...axis,
        size: 72,
        space: 30,
        values: (_, splits) => splits.map((value) => shown.current.format(value)),
      },
    ],
    series: [
      {},
      ...looks.map((look) => ({
        stroke: colour(look === "first" ? "--plot-first" : "--plot-second"),
        width: 2,
        ...(look === "first" ? { fill: colour("--plot-wash") } : { dash: [5, 4] }),
        points: { show: false },
        spanGaps: false,
      })),
    ],
  };
}

// Colours of a canvas are read once they are drawn: another theme is another drawing.
function onThemeChange(redraw: () => void): () => void {
  const queries = ["(prefers-color-scheme: dark)", "(forced-colors: active)"].map((query) => matchMedia(query));
  for (const query of queries) query.addEventListener("change", redraw);
  const observer = new MutationObserver(redraw);
  observer.observe(document.documentElement, { attributes: true });
  return () => {
    for (const query of queries) query.removeEventListener("change", redraw);
    observer.disconnect();
  };
}
