import { type RefObject, useLayoutEffect, useState } from "react";
import type { Row } from "./rows.ts";

/** Heights in CSS pixels at the default text size; scaled with it. */
const heights = { group: 40, machine: 56 } as const;
/** Rows made above and below what is in view, so that a quick scroll shows no gap. */
const spare = 8;

/** Where each row begins, and in the last place where the list ends; in units of {@link heights}. */
export function offsetsOf(rows: readonly Row[]): Float64Array {
  const offsets = new Float64Array(rows.length + 1);
  let at = 0;
  for (const [index, row] of rows.entries()) {
    offsets[index] = at;
    at += heights[row.kind];
  }
  offsets[rows.length] = at;
  return offsets;
}

/** Index of the row that holds this place. */
export function rowAt(offsets: Float64Array, place: number): number {
  let low = 0;
  let high = Math.max(0, offsets.length - 2);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((offsets[middle] ?? 0) <= place) low = middle;
    else high = middle - 1;
  }
  return low;
}

export type Range = { readonly first: number; readonly last: number };

/** The rows that must be there, as indexes, both included; follows scrolling and resizing of `scroller`. */
export function useRange(scroller: RefObject<HTMLElement | null>, offsets: Float64Array, scale: number): Range {
  const [view, setView] = useState({ top: 0, height: 800 });

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    // A view is taken over only when other rows come into it: a scroll by a few pixels renders nothing.
    const look = (): void => {
      const step = heights.machine * scale;
      const top = Math.floor(element.scrollTop / step) * step;
      const height = Math.ceil(element.clientHeight / step) * step;
      setView((known) => (known.top === top && known.height === height ? known : { top, height }));
    };
    look();
    element.addEventListener("scroll", look, { passive: true });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => {
      element.removeEventListener("scroll", look);
      observer.disconnect();
    };
  }, [scroller, scale]);

  const count = offsets.length - 1;
  if (count === 0) return { first: 0, last: -1 };
  const first = rowAt(offsets, view.top / scale);
  const last = rowAt(offsets, (view.top + view.height) / scale + heights.machine);
  return { first: Math.max(0, first - spare), last: Math.min(count - 1, last + spare) };
}
