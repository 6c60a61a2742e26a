import deShared from "../resources/locales/de.json" with { type: "json" };
import enShared from "../resources/locales/en.json" with { type: "json" };
import de from "../resources/locales/router.de.json" with { type: "json" };
import en from "../resources/locales/router.en.json" with { type: "json" };
import sv from "../resources/locales/router.sv.json" with { type: "json" };
import svShared from "../resources/locales/sv.json" with { type: "json" };

/** The router's own texts, and the causes that all programs share. */
export const catalogues = {
  en: { ...en, causes: enShared.causes },
  de: { ...de, causes: deShared.causes },
  sv: { ...sv, causes: svShared.causes },
};

export type ProblemKey = keyof typeof en.problems;
export type WarningKey = keyof typeof en.warnings;
