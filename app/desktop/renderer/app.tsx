import { I18nProvider } from "react-aria-components/I18nProvider";
import { useTranslation } from "react-i18next";
import { About } from "./about/about.tsx";
import { useAppearance } from "./appearance.ts";
import { Doctor } from "./doctor/doctor.tsx";
import { Frame } from "./frame/frame.tsx";
import { useKeyboardHelp } from "./frame/keyboard-help.tsx";
import { useQuestionOpen } from "./frame/question-dialog.tsx";
import { History } from "./history/history.tsx";
import { Machines } from "./machines/machines.tsx";
import { PortalPlace } from "./portal/portal-place.tsx";
import { Settings } from "./settings/settings.tsx";
import { useDesk } from "./store.ts";

/** The place that is gone to, in its frame. */
export function App() {
  const { i18n } = useTranslation();
  useAppearance();
  return (
    <I18nProvider locale={i18n.language}>
      <Frame>
        <Place />
      </Frame>
    </I18nProvider>
  );
}

function Place() {
  const place = useDesk((desk) => desk.place);
  const isHelpOpen = useKeyboardHelp((help) => help.isOpen);
  const isQuestionOpen = useQuestionOpen();
  switch (place) {
    case "machines":
      return <Machines />;
    case "portal":
      return <PortalPlace covered={isHelpOpen || isQuestionOpen} />;
    case "doctor":
      return <Doctor />;
    case "history":
      return <History />;
    case "settings":
      return <Settings />;
    case "about":
      return <About />;
  }
}
