import type { ReactElement } from "react";
import type { Outlook } from "./outlook.ts";

/** State of a machine as it is seen from across the room: told apart by shape, then by colour. Drawn on 32 × 32. */
export function MoodLight({ mood }: { readonly mood: Outlook["mood"] }) {
  return (
    <svg className="mood-light" data-mood={mood} viewBox="0 0 32 32" aria-hidden="true">
      {shapes[mood]}
    </svg>
  );
}

const shapes: Readonly<Record<Outlook["mood"], ReactElement>> = {
  connected: (
    <>
      <path className="mood-body" d="M16 1l15 15-15 15L1 16z" />
      <path className="mood-mark" d="M9.5 16.5l4.5 4.5 8.5-9" />
    </>
  ),
  busy: <circle className="mood-ring" cx="16" cy="16" r="12" strokeDasharray="14 11" />,
  doubt: (
    <>
      <path className="mood-body" d="M16 2l15 27H1z" />
      <path className="mood-mark" d="M16 11.5v8.5M16 24.2v.4" />
    </>
  ),
  wrong: (
    <>
      <path className="mood-body" d="M10 2h12l8 8v12l-8 8H10l-8-8V10z" />
      <path className="mood-mark" d="M11 11l10 10M21 11L11 21" />
    </>
  ),
  online: <circle className="mood-body" cx="16" cy="16" r="11" />,
  offline: <circle className="mood-ring" cx="16" cy="16" r="10.5" />,
};
