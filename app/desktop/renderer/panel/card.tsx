import type { ReactNode } from "react";
import { useId } from "react";

type CardProps = {
  readonly title: string;
  /** Beside the title, at the right. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  readonly kind?: "plain" | "trouble";
  /** By which the page can be scrolled to it. */
  readonly anchor?: string;
};

/** A part of a place with a heading of its own; a region that screen readers can jump to. */
export function Card({ title, aside, children, kind = "plain", anchor }: CardProps) {
  const id = useId();
  return (
    <section id={anchor} className="panel-card" data-kind={kind} aria-labelledby={id}>
      <div className="panel-card-head">
        <h3 id={id}>{title}</h3>
        {aside}
      </div>
      {children}
    </section>
  );
}
