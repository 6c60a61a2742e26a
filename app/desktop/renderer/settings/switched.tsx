import type { ReactNode } from "react";
import { useId } from "react";
import { Switch } from "react-aria-components/Switch";
import { FixedMark } from "./fixed-note.tsx";

type SwitchedProps = {
  readonly isSelected: boolean;
  readonly isFixed: boolean;
  readonly onChange: (isSelected: boolean) => void;
  readonly description: string;
  readonly children: ReactNode;
};

/** Something that is on or off, with a sentence on what that means. The whole line is the target. */
export function Switched({ isSelected, isFixed, onChange, description, children }: SwitchedProps) {
  const id = useId();
  return (
    <div className="settings-switched">
      <Switch
        className="settings-switch"
        isSelected={isSelected}
        isDisabled={isFixed}
        onChange={onChange}
        aria-describedby={id}
      >
        <span className="settings-track" aria-hidden="true">
          <span className="settings-thumb" />
        </span>
        <span>{children}</span>
      </Switch>
      <div id={id} className="settings-description">
        {description} {isFixed && <FixedMark />}
      </div>
    </div>
  );
}
