import type { WindowPlace } from "../../../../contract/window.ts";

/** In the order of the navigation and of Ctrl+1 … Ctrl+6. */
export const places: readonly WindowPlace[] = ["machines", "portal", "doctor", "history", "settings", "about"];
