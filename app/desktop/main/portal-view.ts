import type { BrowserWindow, Input, Session, WebContents, WebContentsView, WebPreferences } from "electron";
import { CauseError, failureOf } from "../../../contract/causes.ts";
import type { PortalPlace } from "../../../contract/window.ts";
import { machineOfLink } from "../bridge/deep-link.ts";
import type { PortalGate } from "../bridge/portal-gate.ts";
import { PortalVisit, type PortalVisitOptions } from "../bridge/portal-visit.ts";
import { closeSession, pinNavigation } from "./refusals.ts";

export interface PortalViewOptions extends Omit<PortalVisitOptions, "onLeave" | "onLook"> {
  readonly window: BrowserWindow;
  /** Of the portal's pages alone, in memory. */
  readonly session: Session;
  readonly makeView: (preferences: WebPreferences) => WebContentsView;
  /** A page of the portal asks for a connection by its link; the person is asked. */
  readonly onConnectLink: (machine: string) => void;
}

/**
 * The portal's own pages over a part of the window: remote content, so it has a session of its own in memory, no preload and no bridge, and
 * reaches nothing but the portal, through the agent. F6 leads the keyboard in and out: Tab goes round within each of the two pages.
 */
export class PortalView {
  readonly #options: PortalViewOptions;
  readonly #visit: PortalVisit;
  readonly #session: Session;
  #view: WebContentsView | undefined;
  #gate: PortalGate | undefined;
  #isShown = false;
  #isLoading = false;

  constructor(options: PortalViewOptions) {
    this.#options = options;
    this.#session = options.session;
    this.#visit = new PortalVisit({
      ...options,
      onLeave: () => this.#drop(),
      onLook: (words) => this.#tellLook(words),
    });
    closeSession(this.#session, (address) => this.#isPortal(address));
    this.#session.protocol.handle("https", (request) => this.#answer(request));
    onF6(options.window.webContents, () => {
      if (!this.#isShown || this.#view === undefined) return false;
      this.#view.webContents.focus();
      return true;
    });
  }

  async show(place: PortalPlace): Promise<void> {
    if (place === null) {
      this.#hide();
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
    // Whoever opens the pages wants to use them. A window in the background stays there: to focus a page raises it on some systems.
    if (opens && this.#options.window.isFocused()) this.#view.webContents.focus();
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
      if (load !== null) await this.#load(this.#view, load);
    } catch (error) {
      this.#isShown = false;
      this.#visit.giveUp();
      this.#drop();
      throw error instanceof CauseError ? error : new CauseError("portalFault", failureOf(error).detail);
    }
  }

  async #load(view: WebContentsView, address: string): Promise<void> {
    this.#isLoading = true;
    try {
      await view.webContents.loadURL(address);
    } finally {
      this.#isLoading = false;
    }
    const { look } = this.#visit;
    if (!address.endsWith(look)) this.#tellLook(look);
  }

  /** To the page a step inside itself: nothing is loaded, nothing that was typed is lost, and the session goes on. */
  #tellLook(words: string): void {
    const contents = this.#view?.webContents;
    // What is just being loaded would be given up, and its one-time code with it.
    if (contents === undefined || this.#isLoading) return;
    const address = URL.parse(contents.getURL());
    if (address === null || !this.#isPortal(address.href)) return;
    address.hash = words;
    contents.loadURL(address.href).catch(() => {});
  }

  #hide(): void {
    this.#isShown = false;
    if (this.#view === undefined) return;
    // Else the keyboard would be where nobody sees it.
    if (this.#view.webContents.isFocused()) this.#options.window.webContents.focus();
    this.#view.setVisible(false);
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
    const view = this.#options.makeView({
      session: this.#session,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      devTools: false,
    });
    const { webContents } = view;
    pinNavigation(webContents, (address) => {
      const machine = machineOfLink(address);
      if (machine !== undefined) this.#options.onConnectLink(machine);
      return this.#isPortal(address);
    });
    onF6(webContents, () => {
      this.#options.window.webContents.focus();
      return true;
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

/** `act` says whether the key was for it; else the page has it. */
function onF6(contents: WebContents, act: () => boolean): void {
  contents.on("before-input-event", (event, { type, key, control, alt, meta }: Input) => {
    if (type === "keyDown" && key === "F6" && !control && !alt && !meta && act()) event.preventDefault();
  });
}
