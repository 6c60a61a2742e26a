import type { About, PortalPlace, WindowArgument } from "../../../contract/window.ts";

export type LinkName = WindowArgument<"openLink">["link"];

/** Whether the person went through with it; `declined` when they closed the system's dialogue. */
export type Choice = "done" | "declined";

/**
 * What the window needs of the system around it. Electron's main has one, the stage has another. Each may throw a `CauseError`; what
 * comes in is decoded, but a page chose it.
 */
export interface Shell {
  readonly about: () => Promise<About>;
  readonly copy: (text: string) => Promise<void>;
  readonly openLink: (link: LinkName) => Promise<void>;
  readonly print: () => Promise<Choice>;
  /** `name` is a file's name without any folder. */
  readonly save: (name: string, text: string) => Promise<Choice>;
  readonly showPortal: (place: PortalPlace) => Promise<void>;
  readonly startHelper: () => Promise<Choice>;
}
