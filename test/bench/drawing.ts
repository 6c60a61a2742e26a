import type { Step } from "./trace.ts";

const scale = 2; // pixels a millisecond
const rowHeight = 26;
const labels = 260;
const top = 34;

/** The time line of a dial as an SVG: one bar a round trip, a line for each multiple of the round trip. */
export function draw(steps: readonly Step[], roundTripMs: number, title: string): string {
  const endMs = Math.max(...steps.map(({ toMs }) => toMs));
  const width = labels + Math.ceil(endMs) * scale + 90;
  const height = top + steps.length * rowHeight + 30;
  const x = (ms: number): number => Math.round(labels + ms * scale);
  const grid = Array.from({ length: Math.floor(endMs / roundTripMs) + 1 }, (_, index) => {
    const at = x(index * roundTripMs);
    const mark = `<text x="${at}" y="${height - 8}" text-anchor="middle" fill="#666">${index * roundTripMs}</text>`;
    return `<line x1="${at}" y1="${top - 6}" x2="${at}" y2="${height - 22}" stroke="#ddd"/>${mark}`;
  });
  const bars = steps.map(({ name, fromMs, toMs }, index) => {
    const y = top + index * rowHeight;
    const bar = `<rect x="${x(fromMs)}" y="${y}" width="${x(toMs) - x(fromMs)}" height="16" rx="2" fill="#2f6f9f"/>`;
    const took = `<text x="${x(toMs) + 6}" y="${y + 13}" fill="#333">${Math.round(toMs - fromMs)} ms</text>`;
    return `<text x="${labels - 10}" y="${y + 13}" text-anchor="end" fill="#111">${name}</text>${bar}${took}`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12" role="img" aria-label="${title}">
<rect width="100%" height="100%" fill="#fff"/>
<text x="10" y="18" font-size="13" fill="#111">${title}</text>
${[...grid, ...bars].join("\n")}
</svg>
`;
}
