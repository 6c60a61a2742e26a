import type { BrowserWindow } from "electron";
import type { Failure } from "../../../contract/causes.ts";
import type { WindowPlace } from "../../../contract/window.ts";
import type { AgentConnection, AgentLink } from "../bridge/agent-link.ts";
import type { MachineBook } from "../bridge/machine-book.ts";
import { QuickConnect } from "../bridge/quick-connect.ts";
import type { WindowService } from "../bridge/window-service.ts";
import { failedNotice, isTold, type Notice } from "../tray/notices.ts";
import type { Texts } from "../tray/texts.ts";
import type { TrayAct } from "../tray/tray-menu.ts";

export interface ActsOptions {
  readonly window: Pick<BrowserWindow, "isMinimized" | "restore" | "show" | "focus">;
  readonly link: AgentLink;
  readonly book: Pick<MachineBook, "entries">;
  readonly service: Pick<WindowService, "show" | "showKeys" | "askToConnect">;
  readonly quit: () => Promise<void>;
  readonly texts: { readonly now: Texts };
  readonly notify: (notice: Notice, onClick: (notice: Notice) => void) => void;
}

/** What tray, menu, notifications and links can do: lead to a place of the window, or ask the agent for one simple thing. */
export class Acts {
  readonly #options: ActsOptions;
  readonly #quick: QuickConnect;

  constructor(options: ActsOptions) {
    this.#options = options;
    this.#quick = new QuickConnect({
      link: options.link,
      onQuestion: (machine) => this.open("machines", machine),
      onFailure: (machine, failure) => this.#tellFailure(machine, failure),
    });
  }

  open(place: WindowPlace, machine?: string): void {
    this.#options.service.show(place, machine);
    this.comeForward();
  }

  showKeys(): void {
    this.#options.service.showKeys();
    this.comeForward();
  }

  comeForward(): void {
    const { window } = this.#options;
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  }

  /** Somebody else wants it (a link), so the person is asked. Without a machine the window just comes forward. */
  askToConnect(machine: string | undefined): void {
    if (machine !== undefined) this.#options.service.askToConnect(machine, "");
    this.comeForward();
  }

  notify(notice: Notice): void {
    this.#options.notify(notice, ({ place, machine }) => this.open(place, machine));
  }

  /** What fails shows in the state; the window comes forward with it. */
  tell(wish: Parameters<AgentConnection["request"]>[0]): void {
    this.#options.link.connection?.request(wish).catch(() => this.comeForward());
  }

  perform(act: TrayAct): void {
    switch (act.does) {
      case "connect":
        // The person's own click: there is nothing to confirm.
        void this.#quick.start(act.machine);
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
        void this.#options.quit();
    }
  }

  #tellFailure(machine: string, { cause }: Failure): void {
    const { link, book, texts } = this.#options;
    const name = book.entries.find((entry) => entry.machine.id === machine)?.machine.name ?? machine;
    if (!isTold(link.state, machine)) this.notify(failedNotice({ machine, name }, cause, texts.now));
    this.open("machines", machine);
  }
}
