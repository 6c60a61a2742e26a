import { Input } from "react-aria-components/Input";
import { Label } from "react-aria-components/Label";
import { Text } from "react-aria-components/Text";
import type { TextFieldProps } from "react-aria-components/TextField";
import { TextField } from "react-aria-components/TextField";

type FieldProps = Omit<TextFieldProps, "className" | "children"> & {
  readonly label: string;
  readonly description?: string;
  readonly placeholder?: string;
};

/** One line of text with its label above. What was typed stays as it was typed. */
export function Field({ label, description, placeholder, ...rest }: FieldProps) {
  return (
    <TextField {...rest} className="field">
      <Label>{label}</Label>
      <Input {...(placeholder === undefined ? {} : { placeholder })} />
      {description !== undefined && <Text slot="description">{description}</Text>}
    </TextField>
  );
}
