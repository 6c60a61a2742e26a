import type { ReactNode } from "react";
import type { ButtonProps as AriaButtonProps } from "react-aria-components/Button";
import { Button as AriaButton } from "react-aria-components/Button";

type ButtonProps = Omit<AriaButtonProps, "className" | "children" | "isPending"> & {
  /** One primary button a view; quiet ones for what is seldom wanted. */
  readonly kind?: "primary" | "plain" | "quiet";
  readonly children: ReactNode;
};

/** A button of at least 40 px height. */
export function Button({ kind = "plain", children, ...rest }: ButtonProps) {
  return (
    <AriaButton {...rest} className="button" data-kind={kind}>
      {children}
    </AriaButton>
  );
}
