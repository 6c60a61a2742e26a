import { Field } from "../../ui/field.tsx";

type CodeFieldProps = {
  readonly label: string;
  readonly description?: string;
  readonly value: string;
  readonly onChange: (digits: string) => void;
};

/** Six digits from an authenticator app. However they are pasted, digits are what stays. */
export function CodeField({ onChange, ...rest }: CodeFieldProps) {
  return (
    <Field
      {...rest}
      onChange={(typed) => onChange(typed.replace(/\D/g, "").slice(0, 6))}
      inputMode="numeric"
      autoComplete="one-time-code"
      autoFocus
    />
  );
}
