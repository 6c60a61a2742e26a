import { Fragment } from "react";

/** A text with host names in it, which break after a dot or a colon and nowhere else: half a label is another name. */
export function HostName({ text }: { readonly text: string }) {
  const parts = text.split(/(?<=[.:])(?=[^\s.:])/);
  return (
    <span className="host-name">
      {parts.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the place in the text is what a part is known by
        <Fragment key={index}>
          {index > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </span>
  );
}
