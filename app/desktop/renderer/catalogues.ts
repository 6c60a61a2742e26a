import deShared from "../../../resources/locales/de.json" with { type: "json" };
import deDesktop from "../../../resources/locales/desktop.de.json" with { type: "json" };
import enDesktop from "../../../resources/locales/desktop.en.json" with { type: "json" };
import svDesktop from "../../../resources/locales/desktop.sv.json" with { type: "json" };
import enShared from "../../../resources/locales/en.json" with { type: "json" };
import dePanels from "../../../resources/locales/panels.de.json" with { type: "json" };
import enPanels from "../../../resources/locales/panels.en.json" with { type: "json" };
import svPanels from "../../../resources/locales/panels.sv.json" with { type: "json" };
import svShared from "../../../resources/locales/sv.json" with { type: "json" };
import type { Catalogues } from "../../../ui/texts.ts";

/** What window and command line say alike: the part of the shared texts that is no command's. */
const shared = ({ causes, states, checks, verdicts }: typeof enShared) => ({ causes, states, checks, verdicts });

/** What the window says: the shared texts, those of the frame (`desktop`), and those of the places in it (`panels`). */
export const catalogues: Catalogues = {
  en: [shared(enShared), enDesktop, enPanels],
  de: [shared(deShared), deDesktop, dePanels],
  sv: [shared(svShared), svDesktop, svPanels],
};
