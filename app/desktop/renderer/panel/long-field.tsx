import { Label } from "react-aria-components/Label";
import { Text } from "react-aria-components/Text";
import { TextArea } from "react-aria-components/TextArea";
import type { TextFieldProps } from "react-aria-components/TextField";
import { TextField } from "react-aria-components/TextField";

type LongFieldProps = Omit<TextFieldProps, "className" | "children"> & {
  readonly label: string;
  readonly description?: string;
  readonly placeholder?: string;
  readonly rows?: number;
};

/** Several lines of text with their label above. Grows with what is typed. */
export function LongField({ label, description, placeholder, rows = 2, ...rest }: LongFieldProps) {
  return (
    <TextField {...rest} className="field panel-long-field">
      <Label>{label}</Label>
      <TextArea rows={rows} {...(placeholder === undefined ? {} : { placeholder })} />
      {description !== undefined && <Text slot="description">{description}</Text>}
    </TextField>
  );
}
