/** Shown to the portal and in the helper's log; equals package.json (version.test.ts). */
export const version = "0.1.0";
