import { useTranslation } from "react-i18next";
import { Keys } from "../../../../ui/keys.tsx";

/** Windows and Linux say Ctrl where a Mac has its command key. */
export const isMac = navigator.platform.startsWith("Mac");
const control = isMac ? "⌘" : "Ctrl";

const keys = {
  search: [[control, "K"], ["/"]],
  rows: [["↑"], ["↓"]],
  open: [["→"]],
  connect: [["Enter"]],
  connectNow: [[control, "Enter"]],
  favourite: [[control, isMac ? "⇧" : "Shift", "F"]],
  fold: [["←"], ["→"]],
  escape: [["Esc"]],
  places: [[control, "1 … 6"]],
  portal: [["F6"]],
  help: [["F1"]],
} as const;
export type KeyRow = keyof typeof keys;

/** What each key does. */
export function KeyTable({ rows }: { readonly rows: readonly KeyRow[] }) {
  const { t } = useTranslation();
  return (
    <dl className="key-table">
      {rows.map((row) => (
        <div key={row}>
          <dt>
            {keys[row].map((together) => (
              <Keys key={together.join("+")} keys={together} />
            ))}
          </dt>
          <dd>{t(`desktop.keys.${row}`)}</dd>
        </div>
      ))}
    </dl>
  );
}
