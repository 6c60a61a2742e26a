import type { ReactNode } from "react";
import { useId } from "react";

type SelectFieldProps = {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** The `option`s. */
  readonly children: ReactNode;
  readonly required?: true;
};

/** One of a list, in the browser's own control: it works with every finger, reader and screen. */
export function SelectField({ label, value, onChange, children, required }: SelectFieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} required={required} onChange={(event) => onChange(event.target.value)}>
        {children}
      </select>
    </div>
  );
}
