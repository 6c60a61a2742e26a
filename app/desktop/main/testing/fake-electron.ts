import { EventEmitter } from "node:events";
import type { BrowserWindow, Session, WebContents, WebContentsView, WebPreferences } from "electron";

/** The parts of Electron that main is given, played: they keep what was done with them. */

/** Which page has the keyboard, among those of one window. */
export interface Focus {
  on: FakeContents | undefined;
}

export class FakeContents extends EventEmitter {
  readonly loaded: string[] = [];
  readonly keyboard: Focus;
  readonly zoomFactor = 1;
  address = "";
  /** Holds a load back until the test lets it go. */
  gate: Promise<void> = Promise.resolve();
  openHandler: (() => { readonly action: string }) | undefined;
  isClosed = false;

  constructor(focus: Focus) {
    super();
    this.keyboard = focus;
  }

  async loadURL(address: string): Promise<void> {
    this.loaded.push(address);
    await this.gate;
    // As the portal's page does: it takes the words out of the address.
    this.address = address.replace(/#.*/, "");
  }

  getURL(): string {
    return this.address;
  }

  focus(): void {
    this.keyboard.on = this;
  }

  isFocused(): boolean {
    return this.keyboard.on === this;
  }

  setWindowOpenHandler(handler: () => { readonly action: string }): void {
    this.openHandler = handler;
  }

  close(): void {
    this.isClosed = true;
  }

  /** A key in this page; returns whether the page still gets it. */
  press(key: string, modifiers: object = {}): boolean {
    let isForPage = true;
    const event = { preventDefault: () => (isForPage = false) };
    this.emit("before-input-event", event, { type: "keyDown", key, ...modifiers });
    return isForPage;
  }

  get asContents(): WebContents {
    return this as unknown as WebContents;
  }
}

export class FakeView {
  readonly webContents: FakeContents;
  readonly preferences: WebPreferences;
  isVisible = false;
  bounds: object = {};

  constructor(preferences: WebPreferences, focus: Focus) {
    this.preferences = preferences;
    this.webContents = new FakeContents(focus);
  }

  setVisible(isVisible: boolean): void {
    this.isVisible = isVisible;
  }

  setBounds(bounds: object): void {
    this.bounds = bounds;
  }

  get asView(): WebContentsView {
    return this as unknown as WebContentsView;
  }
}

export class FakeWindow extends EventEmitter {
  readonly acts: string[] = [];
  readonly keyboard: Focus = { on: undefined };
  readonly webContents = new FakeContents(this.keyboard);
  readonly views: unknown[] = [];
  readonly contentView = {
    addChildView: (view: unknown) => void this.views.push(view),
    removeChildView: (view: unknown) => void this.views.splice(this.views.indexOf(view), 1),
  };
  isInFront = true;
  isSmall = false;

  isFocused(): boolean {
    return this.isInFront;
  }

  isMinimized(): boolean {
    return this.isSmall;
  }

  isDestroyed(): boolean {
    return false;
  }

  restore(): void {
    this.isSmall = false;
    this.acts.push("restore");
  }

  show(): void {
    this.acts.push("show");
  }

  focus(): void {
    this.acts.push("focus");
  }

  hide(): void {
    this.acts.push("hide");
  }

  /** The person closes it; returns whether the system may go on with it. */
  close(): boolean {
    let goesOn = true;
    this.emit("close", { preventDefault: () => (goesOn = false) });
    return goesOn;
  }

  get asWindow(): BrowserWindow {
    return this as unknown as BrowserWindow;
  }
}

/** What was refused or opened in a session. */
export class FakeSession extends EventEmitter {
  readonly schemes = new Map<string, unknown>();
  readonly protocol = { handle: (scheme: string, answer: unknown) => void this.schemes.set(scheme, answer) };
  readonly webRequest = { onBeforeRequest: () => {} };
  cleared = 0;

  setPermissionRequestHandler(): void {}
  setPermissionCheckHandler(): void {}
  setDevicePermissionHandler(): void {}

  async clearStorageData(): Promise<void> {
    this.cleared += 1;
  }

  get asSession(): Session {
    return this as unknown as Session;
  }
}
