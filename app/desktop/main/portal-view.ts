import { type BrowserWindow, type Session, session, WebContentsView } from "electron";
import { CauseError, failureOf } from "../../../contract/causes.ts";
import type { PortalPlace } from "../../../contract/window.ts";
import { machineOfLink } from "../bridge/deep-link.ts";
import type { PortalGate } from "../bridge/portal-gate.ts";
import { PortalVisit, type PortalVisitOptions } from "../bridge/portal-visit.ts";
import { closeSession, pinNavigation } from "./refusals.ts";

export interface PortalViewOptions extends Omit<PortalVisitOptions, "onLeave"> {
  readonly window: BrowserWindow;
  /** A page of the portal asks for a connection by its link; the person is asked. */
  readonly onConnectLink: (machine: string) => void;
}

/**
 * The portal's own pages over a part of the window: remote content, so it has a session of its own in memory, no preload and no bridge, and
 * reaches nothing but the portal, through the agent.
 */
export class PortalView {
  readonly #options: PortalViewOptions;
  readonly #visit: PortalVisit;
  readonly #session: Session = session.fromPartition("portal", { cache: false });
  #view: WebContentsView | undefined;
  #gate: PortalGate | undefined;
  #isShown = false;

  constructor(options: PortalViewOptions) {
    this.#options = options;
    this.#visit = new PortalVisit({ ...options, onLeave: () => this.#drop() });
    closeSession(this.#session, (address) => this.#isPortal(address));
    this.#session.protocol.handle("https", (request) => this.#answer(request));
  }

  async show(place: PortalPlace): Promise<void> {
    if (place === null) {
      this.#isShown = false;
      this.#view?.setVisible(false);
      return;
    }
    const opens = !this.#isShown;
    this.#isShown = true;
    if (opens) await this.#enter();
    // It may have been put away in the meantime.
    if (!this.#isShown || this.#view === undefined) return;
    const scale = this.#options.window.webContents.zoomFactor;
    this.#view.setBounds({
      x: Math.round(place.x * scale),
      y: Math.round(place.y * scale),
      width: Math.round(place.width * scale),
      height: Math.round(place.height * scale),
    });
    this.#view.setVisible(true);
  }

  /** The portal's pages choose their language by what the browser says. */
  speak(language: string): void {
    this.#session.setUserAgent(this.#session.getUserAgent(), language);
  }

  close(): void {
    this.#visit.close();
    this.#drop();
  }

  async #enter(): Promise<void> {
    try {
      const { gate, load } = await this.#visit.enter();
      this.#gate = gate;
      this.#view ??= this.#makeView();
      if (load !== null) await this.#view.webContents.loadURL(load);
    } catch (error) {
      this.#isShown = false;
      this.#visit.giveUp();
      this.#drop();
      throw error instanceof CauseError ? error : new CauseError("portalFault", failureOf(error).detail);
    }
  }

  async #answer(request: Request): Promise<Response> {
    try {
      if (this.#gate === undefined) return Response.error();
      return await this.#gate.fetch(request);
    } catch {
      // For the page a network error; the window says why the next time that it is opened.
      return Response.error();
    }
  }

  #isPortal(address: string): boolean {
    return this.#gate !== undefined && URL.parse(address)?.origin === this.#gate.origin;
  }

  #makeView(): WebContentsView {
    const view = new WebContentsView({
      webPreferences: {
        session: this.#session,
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webviewTag: false,
        spellcheck: false,
        devTools: false,
      },
    });
    const { webContents } = view;
    pinNavigation(webContents, (address) => {
      const machine = machineOfLink(address);
      if (machine !== undefined) this.#options.onConnectLink(machine);
      return this.#isPortal(address);
    });
    // The way back for the keyboard: inside, Tab goes round in the portal's page.
    webContents.on("before-input-event", (_event, input) => {
      if (input.type === "keyDown" && input.key === "F6") this.#options.window.webContents.focus();
    });
    view.setVisible(false);
    this.#options.window.contentView.addChildView(view);
    return view;
  }

  /** Nothing of a visit stays: page, history and storage go with the view. */
  #drop(): void {
    const view = this.#view;
    this.#view = undefined;
    this.#gate = undefined;
    this.#isShown = false;
    if (view !== undefined) {
      if (!this.#options.window.isDestroyed()) this.#options.window.contentView.removeChildView(view);
      view.webContents.close();
    }
    void this.#session.clearStorageData();
  }
}
