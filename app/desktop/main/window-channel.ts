import { type IpcMainEvent, type IpcMainInvokeEvent, ipcMain, type WebContents } from "electron";
import { CauseError } from "../../../contract/causes.ts";
import type { Push, WindowService } from "../bridge/window-service.ts";
import { channels } from "../preload/channels.ts";
import { pageOrigin } from "./app-protocol.ts";

/**
 * Ties the service to the one page that may use it: the main frame of our window, on our origin. A frame inside it, the portal's view, or
 * a page that got there in spite of everything is not answered.
 */
export function openChannel(contents: WebContents, service: WindowService): void {
  const isOurs = (event: IpcMainEvent | IpcMainInvokeEvent): boolean =>
    event.sender === contents &&
    event.senderFrame !== null &&
    event.senderFrame === contents.mainFrame &&
    event.senderFrame.origin === pageOrigin;
  ipcMain.handle(channels.call, (event, name: unknown, argument: unknown) => {
    if (!isOurs(event)) throw new CauseError("forbidden");
    return service.call(name, argument);
  });
  ipcMain.on(channels.follow, (event, name: unknown) => {
    if (isOurs(event)) service.follow(name);
  });
  contents.on("did-start-navigation", (details) => {
    if (details.isMainFrame && !details.isSameDocument) service.pageGone();
  });
  contents.on("render-process-gone", () => service.pageGone());
}

/** Pushes to our page alone. */
export function pushTo(contents: () => WebContents | undefined): Push {
  return (name, value) => {
    const page = contents();
    if (page !== undefined && !page.isDestroyed()) page.send(channels.push, name, value);
  };
}
