import type { ReactNode } from "react";

type HintProps = { readonly title: string; readonly children?: ReactNode; readonly actions?: ReactNode };

/** Something worth knowing that is no failure: what is missing, what is old, what waits. */
export function Hint({ title, children, actions }: HintProps) {
  return (
    <div className="message" data-kind="hint">
      <strong>{title}</strong>
      {children !== undefined && <span>{children}</span>}
      {actions !== undefined && <div className="message-actions">{actions}</div>}
    </div>
  );
}
