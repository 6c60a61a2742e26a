import type { BrowserWindow } from "electron";
import type { WindowPlace } from "../../../contract/window.ts";
import type { AgentConnection, AgentLink } from "../bridge/agent-link.ts";
import type { WindowService } from "../bridge/window-service.ts";
import type { TrayAct } from "../tray/tray-menu.ts";
import type { Leaving } from "./leaving.ts";
import { bringForward } from "./main-window.ts";

export interface ActsOptions {
  readonly window: BrowserWindow;
  readonly link: AgentLink;
  readonly service: WindowService;
  readonly leaving: Leaving;
}

/** What tray, menu, notifications and links can do: lead to a place of the window, or ask the agent for one simple thing. */
export class Acts {
  readonly #options: ActsOptions;

  constructor(options: ActsOptions) {
    this.#options = options;
  }

  open(place: WindowPlace): void {
    this.#options.service.show(place);
    this.comeForward();
  }

  comeForward(): void {
    bringForward(this.#options.window);
  }

  /** Without a machine the window just comes forward. */
  askToConnect(machine: string | undefined): void {
    if (machine !== undefined) this.#options.service.askToConnect(machine, "");
    this.comeForward();
  }

  /** What fails shows in the state; the window comes forward with it. */
  tell(wish: Parameters<AgentConnection["request"]>[0]): void {
    this.#options.link.connection?.request(wish).catch(() => this.comeForward());
  }

  perform(act: TrayAct): void {
    switch (act.does) {
      case "connect":
        this.askToConnect(act.machine);
        return;
      case "disconnect":
        this.tell({ type: "disconnect", machine: act.machine });
        return;
      case "dial":
        this.tell({ type: "dial" });
        return;
      case "hangUp":
        this.tell({ type: "hangUp" });
        return;
      case "open":
        this.open(act.place);
        return;
      case "retry":
        this.#options.link.retry().catch(() => {});
        return;
      case "quit":
        void this.#options.leaving.quit();
    }
  }
}
