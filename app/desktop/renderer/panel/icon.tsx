/** Small pictures beside words; they say nothing that the words do not. Drawn on 20 × 20. */
const paths = {
  check: "M4 10.5l4 4 8-9",
  cross: "M5 5l10 10M15 5L5 15",
  warn: "M10 3l7.5 13.5h-15zM10 8v4M10 14.2v.3",
  copy: "M7 7h9v10H7zM4 13V3h9v1.5",
  star: "M10 2.8l2.2 4.7 5.1.6-3.8 3.5 1 5.1-4.5-2.6-4.5 2.6 1-5.1L2.7 8.1l5.1-.6z",
  person: "M10 3.5a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM4 17c.4-3.5 2.8-5 6-5s5.6 1.5 6 5",
  laptop: "M4.5 4h11v8.5h-11zM2 15.5h16",
  portal: "M6.5 15.5a3.5 3.5 0 0 1-.6-6.95 4.5 4.5 0 0 1 8.8-.4 3.5 3.5 0 0 1-.6 7.35z",
  router: "M3 11h14v5H3zM6 13.5h.1M9 13.5h.1M6.5 8a5 5 0 0 1 7 0M4.5 6a8 8 0 0 1 11 0",
  device: "M4 3h12v14H4zM7 6.5h6M7 9.5h6M7 14h.1M10 14h.1M13 14h.1",
  down: "M10 3v12M5.5 10.5L10 15l4.5-4.5",
  up: "M10 17V5M5.5 9.5L10 5l4.5 4.5",
  clock: "M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14zM10 6v4.3l3 1.7",
  search: "M8.5 3a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11zM12.5 12.5L17 17",
  lock: "M5 9h10v8H5zM7 9V6.5a3 3 0 0 1 6 0V9",
  question: "M7 7.5a3 3 0 1 1 4.2 2.75c-.9.4-1.2 1-1.2 1.95M10 15.2v.3",
} as const;
export type IconName = keyof typeof paths;

export function Icon({ name, filled = false }: { readonly name: IconName; readonly filled?: boolean }) {
  return (
    <svg className="panel-icon" viewBox="0 0 20 20" aria-hidden="true">
      <path
        d={paths[name]}
        fill={filled ? "currentColor" : "none"}
        stroke="currentColor"
        strokeWidth="1.6"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
