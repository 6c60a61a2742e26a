import { ToggleButton } from "react-aria-components/ToggleButton";
import type { Key } from "react-aria-components/ToggleButtonGroup";
import { ToggleButtonGroup } from "react-aria-components/ToggleButtonGroup";

type SegmentedProps<Value extends string> = {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly text: string }[];
  readonly onChange: (value: Value) => void;
  readonly isDisabled?: boolean;
};

/** One of a few, all of them seen at once. */
export function Segmented<Value extends string>({
  label,
  value,
  options,
  onChange,
  isDisabled,
}: SegmentedProps<Value>) {
  const choose = (keys: Set<Key>): void => {
    const chosen = options.find((option) => keys.has(option.value));
    if (chosen !== undefined) onChange(chosen.value);
  };
  return (
    <ToggleButtonGroup
      className="segments"
      aria-label={label}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[value]}
      onSelectionChange={choose}
      isDisabled={isDisabled ?? false}
    >
      {options.map((option) => (
        <ToggleButton key={option.value} id={option.value} className="segment">
          {option.text}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
