import type { WayLook } from "./session-look.ts";

/**
 * The way drawn: this computer, the line, the portal. Whole only where an echo came back; a gap where it broke; dotted where there is none.
 * A drawing of what the words beside it say, so hidden from screen readers.
 */
export function Way({ look }: { readonly look: WayLook }) {
  return (
    <svg className="way" data-look={look} viewBox="0 0 168 32" aria-hidden="true">
      <path className="way-end" d="M5 8h22v13H5zM2 24h28" />
      {look === "broken" ? (
        <path className="way-line" d="M40 16h36M98 16h26M78 10l6 12M90 10l6 12" />
      ) : (
        <path className="way-line" d="M40 16h84" />
      )}
      <path className="way-end" d="M136 8h26v16h-26zM141 13h.1M141 19h.1M148 13h9M148 19h9" />
    </svg>
  );
}
