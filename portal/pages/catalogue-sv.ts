import pages from "../../resources/locales/pages.sv.json" with { type: "json" };
import all from "../../resources/locales/sv.json" with { type: "json" };

export const texts = { causes: all.causes, ...pages };
