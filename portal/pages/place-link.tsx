import type { MouseEvent, ReactNode } from "react";
import type { Place } from "./place.ts";
import { addressOf, go } from "./place.ts";

type PlaceLinkProps = {
  readonly to: Place;
  readonly children: ReactNode;
  readonly className?: string;
  readonly current?: boolean;
  /** Found again by {@link focusPlace}. */
  readonly name?: string;
};

/** A link inside the pages. Without loading anew where the browser would follow it here; with Ctrl and the like as any link. */
export function PlaceLink({ to, children, className, current, name }: PlaceLinkProps) {
  const follow = (event: MouseEvent): void => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(to);
  };
  return (
    <a
      href={addressOf(to)}
      className={className}
      onClick={follow}
      aria-current={current ? "page" : undefined}
      data-place={name}
    >
      {children}
    </a>
  );
}

/** Puts the focus on the link of that name, if it is there. */
export function focusPlace(name: string): void {
  for (const link of document.querySelectorAll<HTMLElement>("[data-place]")) {
    if (link.dataset.place === name) link.focus();
  }
}
