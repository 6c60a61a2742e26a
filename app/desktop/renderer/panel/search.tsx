import { Input } from "react-aria-components/Input";
import { Label } from "react-aria-components/Label";
import type { SearchFieldProps } from "react-aria-components/SearchField";
import { SearchField } from "react-aria-components/SearchField";
import { Icon } from "../../../../ui/icon.tsx";

type SearchProps = Omit<SearchFieldProps, "className" | "children"> & { readonly label: string };

/** A search field whose label is its placeholder. Escape empties it. */
export function Search({ label, ...rest }: SearchProps) {
  return (
    <SearchField {...rest} className="panel-search">
      <Label className="visually-hidden">{label}</Label>
      <Icon name="search" />
      <Input placeholder={label} />
    </SearchField>
  );
}
