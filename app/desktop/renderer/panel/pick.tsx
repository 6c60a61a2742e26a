import { useId } from "react";

type PickProps<Value extends string> = {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly text: string; readonly lang?: string }[];
  readonly onChange: (value: Value) => void;
  readonly isDisabled?: boolean;
};

/** One of a few: the system's own list, which every keyboard and screen reader knows. */
export function Pick<Value extends string>({ label, value, options, onChange, isDisabled = false }: PickProps<Value>) {
  const id = useId();
  return (
    <div className="panel-pick">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value={value}
        disabled={isDisabled}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.target.value);
          if (chosen !== undefined) onChange(chosen.value);
        }}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value} lang={option.lang}>
            {option.text}
          </option>
        ))}
      </select>
    </div>
  );
}
