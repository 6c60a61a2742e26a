import type { ReactNode } from "react";
import { createContext, useContext, useId } from "react";

/** Level of a card's heading: below the title of its place, or below the machine's name. */
export const CardLevel = createContext<2 | 3>(3);

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
  const Heading = useContext(CardLevel) === 2 ? "h2" : "h3";
  return (
    <section id={anchor} className="panel-card" data-kind={kind} aria-labelledby={id}>
      <div className="panel-card-head">
        <Heading id={id}>{title}</Heading>
        {aside}
      </div>
      {children}
    </section>
  );
}
