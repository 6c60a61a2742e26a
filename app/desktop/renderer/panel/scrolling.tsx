import type { ReactNode, Ref } from "react";

type ScrollingProps = {
  readonly label: string;
  readonly className: string;
  readonly isBusy?: boolean;
  readonly place?: Ref<HTMLElement>;
  readonly children: ReactNode;
};

/** Something long that scrolls by itself, reachable and scrolled by keyboard (WCAG 2.1.1). */
export function Scrolling({ label, className, isBusy = false, place, children }: ScrollingProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without the tab stop only a mouse could scroll it
    <section ref={place} className={className} aria-label={label} aria-busy={isBusy} tabIndex={0}>
      {children}
    </section>
  );
}
