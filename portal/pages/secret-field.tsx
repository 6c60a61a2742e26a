import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { Input } from "react-aria-components/Input";
import { Label } from "react-aria-components/Label";
import { Text } from "react-aria-components/Text";
import { TextField } from "react-aria-components/TextField";
import { useTranslation } from "react-i18next";

type SecretFieldProps = {
  readonly label: string;
  readonly description?: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly autoComplete: "current-password" | "new-password";
  readonly autoFocus?: true;
};

/** A password, which may hold any character and is changed by nothing. It can be looked at: a second time typed is no check. */
export function SecretField({ label, description, autoFocus, ...rest }: SecretFieldProps) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  return (
    <TextField
      {...rest}
      className="field"
      type={shown ? "text" : "password"}
      isRequired
      maxLength={1024}
      {...(autoFocus === undefined ? {} : { autoFocus })}
    >
      <Label>{label}</Label>
      <div className="secret">
        <Input spellCheck="false" autoCapitalize="none" autoCorrect="off" />
        <Button
          className="secret-show"
          onPress={() => setShown(!shown)}
          aria-label={t(shown ? "signIn.hideField" : "signIn.showField", { field: label })}
        >
          {shown ? t("signIn.hide") : t("signIn.show")}
        </Button>
      </div>
      {description !== undefined && <Text slot="description">{description}</Text>}
    </TextField>
  );
}
