import type { ReactNode } from "react";
import type { CheckboxProps } from "react-aria-components/Checkbox";
import { Checkbox } from "react-aria-components/Checkbox";

type ChoiceProps = Omit<CheckboxProps, "className" | "children"> & { readonly children: ReactNode };

/** A check box with its text to the right; the whole line is the target. */
export function Choice({ children, ...rest }: ChoiceProps) {
  return (
    <Checkbox {...rest} className="choice">
      {({ isSelected }) => (
        <>
          <span className="choice-box" aria-hidden="true">
            {isSelected && (
              <svg viewBox="0 0 16 16" width="14" height="14" role="presentation">
                <path d="M3 8.5l3.2 3.2L13 4.8" fill="none" stroke="currentColor" strokeWidth="2.2" />
              </svg>
            )}
          </span>
          <span>{children}</span>
        </>
      )}
    </Checkbox>
  );
}
