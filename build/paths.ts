import { dirname, join } from "node:path";

/** The checkout. */
export const root = dirname(import.meta.dirname);

/** The install tree that `build/bundle.ts` makes; every host of the lab sees it at /opt/anslut. */
export const distDir = join(root, "dist");

/** Stamps and reports of the build; safe to delete. */
export const cacheDir = join(root, ".cache");
