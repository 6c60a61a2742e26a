import type { WindowBridge } from "../../../contract/window.ts";

declare global {
  interface Window {
    /** Set by the preload (or by the stage) before this page's first script. */
    readonly anslut: WindowBridge;
  }
}

/** The program behind the page. */
export const bridge: WindowBridge = window.anslut;
