import all from "../../resources/locales/de.json" with { type: "json" };
import pages from "../../resources/locales/pages.de.json" with { type: "json" };

export const texts = { causes: all.causes, ...pages };
