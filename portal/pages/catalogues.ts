import deCauses from "../../resources/locales/de.json" with { type: "json" };
import enCauses from "../../resources/locales/en.json" with { type: "json" };
import dePages from "../../resources/locales/pages.de.json" with { type: "json" };
import enPages from "../../resources/locales/pages.en.json" with { type: "json" };
import svPages from "../../resources/locales/pages.sv.json" with { type: "json" };
import svCauses from "../../resources/locales/sv.json" with { type: "json" };
import type { Catalogues } from "../../ui/texts.ts";

/** What the pages say: their own texts, and the causes that all programs share. */
export const catalogues: Catalogues = {
  en: [{ causes: enCauses.causes }, enPages],
  de: [{ causes: deCauses.causes }, dePages],
  sv: [{ causes: svCauses.causes }, svPages],
};
