import type { App, BrowserWindow, Dialog } from "electron";
import type { AgentLink } from "../bridge/agent-link.ts";
import type { Texts } from "../tray/texts.ts";

export interface LeavingOptions {
  readonly app: Pick<App, "on" | "quit">;
  readonly dialog: Pick<Dialog, "showMessageBox">;
  readonly window: BrowserWindow;
  readonly link: AgentLink;
  readonly texts: { readonly now: Texts };
  /** Whether a window that is closed now can be found again. */
  readonly staysBehind: () => Promise<boolean>;
}

/**
 * How the program ends. Closing the window only hides it where the tray (or the dock) brings it back. The agent outlives us and keeps the tunnel,
 * so whoever quits with a tunnel up is asked what is meant.
 */
export class Leaving {
  readonly #options: LeavingOptions;
  #isDecided = false;

  constructor(options: LeavingOptions) {
    this.#options = options;
    options.window.on("close", (event) => this.#close(event));
    // The system ends the session: no time for questions, and the agent is told by the system as well.
    options.app.on("before-quit", () => {
      this.#isDecided = true;
    });
  }

  /** Quits, after a question where a tunnel is up. */
  async quit(): Promise<void> {
    const { app, link } = this.#options;
    const agent = link.connection;
    if (agent !== undefined && agent.state.tunnel !== null) {
      const choice = await this.#ask();
      if (choice === "stay") return;
      if (choice === "hangUp") await agent.request({ type: "hangUp" }).catch(() => {});
    }
    this.#isDecided = true;
    app.quit();
  }

  #close(event: { readonly preventDefault: () => void }): void {
    if (this.#isDecided) return;
    event.preventDefault();
    void this.#hideOrQuit();
  }

  async #hideOrQuit(): Promise<void> {
    const { window, staysBehind } = this.#options;
    if (await staysBehind()) window.hide();
    else await this.quit();
  }

  async #ask(): Promise<"hangUp" | "leave" | "stay"> {
    const { dialog, window, texts } = this.#options;
    const { say } = texts.now;
    const choices = ["hangUp", "leave", "stay"] as const;
    const { response } = await dialog.showMessageBox(window, {
      type: "question",
      message: say("dialogue.quitTitle"),
      detail: say("dialogue.quitDetail"),
      buttons: [say("dialogue.quitHangUp"), say("dialogue.quitLeave"), say("dialogue.quitStay")],
      defaultId: 0,
      cancelId: 2,
      noLink: true,
    });
    return choices[response] ?? "stay";
  }
}
