import type { ReactNode } from "react";
import { CardLevel } from "./card.tsx";

type PlaceProps = {
  readonly title: string;
  readonly intro?: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  readonly name: string;
};

/** A whole place of the window: title, one sentence, what can be done, and the rest below. */
export function Place({ title, intro, actions, children, name }: PlaceProps) {
  return (
    <div className={`panel panel-place ${name}`}>
      <header className="panel-place-head">
        <div>
          <h1>{title}</h1>
          {intro !== undefined && <p className="panel-quiet">{intro}</p>}
        </div>
        {actions !== undefined && <div className="panel-actions">{actions}</div>}
      </header>
      <CardLevel value={2}>{children}</CardLevel>
    </div>
  );
}
