const paths = {
  machines: "M3 20V10l5 3.5V10l5 3.5V10l5 3.5V4h3v16zM7 17h2M12 17h2",
  portal: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c-5 5-5 13 0 18M12 3c5 5 5 13 0 18",
  doctor: "M3 12h4l3-7 4 14 3-7h4",
  history: "M4 12a8 8 0 1 0 2.4-5.7M4 4v4h4M12 8v4l3 2",
  settings: "M4 7h10m4 0h2M4 12h2m4 0h10M4 17h8m4 0h4M16 5v4M8 10v4M14 15v4",
  about: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v5M12 8h.01",
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5L20 20",
  star: "M12 4l2.4 5 5.6.8-4 3.9.9 5.5-4.9-2.6-4.9 2.6.9-5.5-4-3.9 5.6-.8z",
  chevron: "M9 6l6 6-6 6",
  keyboard: "M3 7h18v10H3zM7 10.5h.01M10.5 10.5h.01M14 10.5h.01M17 10.5h.01M8 14h8",
  close: "M6 6l12 12M18 6L6 18",
  copy: "M9 9h10v11H9zM5 15V4h10",
  people:
    "M9 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM3.5 19c0-3 2.5-5 5.5-5s5.5 2 5.5 5M16 6a2.6 2.6 0 0 1 0 5M16.5 14.2c2.4.4 4 2.2 4 4.8",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  check: "M5 12.5l4.5 4.5L19 7.5",
  out: "M10 5H5v14h5M14 8l4 4-4 4M18 12H9",
  warn: "M12 4l9 16H3zM12 10v4.5M12 17.2v.1",
  minus: "M7 12h10",
  clock: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 7.5V12l3 2",
  question: "M8.5 9a3.5 3.5 0 1 1 5 3.2c-1 .5-1.5 1.2-1.5 2.3M12 18v.1",
  laptop: "M5 5h14v10H5zM2.5 19h19",
  router: "M4 13h16v6H4zM7.5 16h.01M11 16h.01M8.2 9.5a5.4 5.4 0 0 1 7.6 0M5.8 6.8a8.8 8.8 0 0 1 12.4 0",
  device: "M5 3.5h14v17H5zM8.5 7.5h7M8.5 11h7M8.5 17h.01M12 17h.01M15.5 17h.01",
  print: "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z",
  save: "M12 4v11M7.5 11l4.5 4.5 4.5-4.5M4 20h16",
} as const;
export type IconName = keyof typeof paths;

/** A line drawing of 24 units. It never stands alone: words beside it, or the button's label, say what it means. */
export function Icon({ name, filled }: { readonly name: IconName; readonly filled?: boolean }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path
        d={paths[name]}
        fill={filled === true ? "currentColor" : "none"}
        stroke="currentColor"
        strokeWidth="1.75"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
