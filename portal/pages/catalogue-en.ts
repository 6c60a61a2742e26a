import all from "../../resources/locales/en.json" with { type: "json" };
import pages from "../../resources/locales/pages.en.json" with { type: "json" };

export const texts = { causes: all.causes, ...pages };
