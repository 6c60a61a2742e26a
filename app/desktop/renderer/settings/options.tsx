import type { ReactNode } from "react";
import { Label } from "react-aria-components/Label";
import { Radio, RadioGroup } from "react-aria-components/RadioGroup";
import { Text } from "react-aria-components/Text";
import { FixedMark } from "./fixed-note.tsx";

interface Option<Value extends string> {
  readonly value: Value;
  readonly text: string;
  readonly lang?: string;
  readonly picture?: ReactNode;
}

type OptionsProps<Value extends string> = {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly Option<Value>[];
  readonly onChange: (value: Value) => void;
  readonly isFixed?: boolean;
};

/** One of a few that all fit side by side: large targets, the choice seen at once. */
export function Options<Value extends string>({
  label,
  value,
  options,
  onChange,
  isFixed = false,
}: OptionsProps<Value>) {
  return (
    <RadioGroup
      className="settings-options"
      value={value}
      isDisabled={isFixed}
      onChange={(chosen) => {
        const option = options.find((each) => each.value === chosen);
        if (option !== undefined) onChange(option.value);
      }}
    >
      <Label>{label}</Label>
      <div className="settings-option-row" data-pictures={options.some(({ picture }) => picture !== undefined)}>
        {options.map(({ value: each, text, lang, picture }) => (
          <Radio key={each} value={each} className="settings-option" {...(lang === undefined ? {} : { lang })}>
            {picture}
            <span data-fits>{text}</span>
          </Radio>
        ))}
      </div>
      {isFixed && (
        <Text slot="description">
          <FixedMark />
        </Text>
      )}
    </RadioGroup>
  );
}
