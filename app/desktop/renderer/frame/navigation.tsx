import { useTranslation } from "react-i18next";
import type { WindowPlace } from "../../../../contract/window.ts";
import { Icon } from "../../../../ui/icon.tsx";
import { useDesk } from "../store.ts";
import { useKeyboardHelp } from "./keyboard-help.tsx";
import { places } from "./places.ts";

/** The window's places. */
export function Navigation() {
  const { t } = useTranslation();
  const place = useDesk((desk) => desk.place);
  const go = useDesk((desk) => desk.go);
  const help = useKeyboardHelp((shown) => shown.open);
  return (
    <nav className="navigation" aria-label={t("desktop.places.label")}>
      <img src="./icon.svg" alt="" width="36" height="36" />
      <ul>
        {places.map((known: WindowPlace) => (
          <li key={known}>
            <button
              type="button"
              className="place"
              aria-current={known === place ? "page" : undefined}
              onClick={() => go(known)}
            >
              <Icon name={known} />
              <span>{t(`desktop.places.${known}`)}</span>
            </button>
          </li>
        ))}
      </ul>
      <button type="button" className="place" aria-keyshortcuts="F1" onClick={help}>
        <Icon name="keyboard" />
        <span>{t("desktop.keys.title")}</span>
      </button>
    </nav>
  );
}
