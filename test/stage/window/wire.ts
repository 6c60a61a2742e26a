import type { WindowCallName, WindowPushName } from "../../../contract/window-names.ts";

/** What the stage's page and its server say to each other, as JSON texts on a WebSocket. The server checks all that comes from the page. */

export type PageSays =
  | { readonly says: "call"; readonly number: number; readonly name: WindowCallName; readonly argument: unknown }
  | { readonly says: "follow"; readonly name: WindowPushName };

export type ServerSays =
  /** The token of the page's next connection: a token is good for one. */
  | { readonly says: "token"; readonly token: string }
  | { readonly says: "answer"; readonly number: number; readonly value: unknown }
  | { readonly says: "failed"; readonly number: number; readonly message: string }
  | { readonly says: "push"; readonly name: WindowPushName; readonly value: unknown }
  | { readonly says: "act"; readonly act: PageAct };

/** What Electron does for the window, a browser's page does for itself. */
export type PageAct =
  | { readonly act: "copy"; readonly text: string }
  | { readonly act: "print" }
  | { readonly act: "save"; readonly name: string; readonly text: string }
  /** Puts the portal's pages over a part of the window; `address` null: as they are there already. */
  | { readonly act: "frame"; readonly address: string | null; readonly place: FramePlace | null }
  /** Leads the portal's pages, where they are there, to that address: other words behind the `#`. */
  | { readonly act: "frameLook"; readonly address: string };

export interface FramePlace {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
