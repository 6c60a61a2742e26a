import { CopyButton } from "./copy-button.tsx";

/** A command as it is typed, to copy. */
export function Command({ command }: { readonly command: string }) {
  return (
    <div className="panel-command">
      <code>{command}</code>
      <CopyButton text={command} what={command} />
    </div>
  );
}
