import type { Session, WebContents } from "electron";

/** A browser does a great deal that this program never wants. What no page of ours needs is refused for all of them. */

/** `isAllowed`: whether a page may go to that address by itself. */
export function pinNavigation(contents: WebContents, isAllowed: (address: string) => boolean): void {
  const refuse = (details: { readonly url: string; readonly preventDefault: () => void }): void => {
    if (!isAllowed(details.url)) details.preventDefault();
  };
  contents.on("will-navigate", refuse);
  contents.on("will-frame-navigate", refuse);
  contents.on("will-redirect", refuse);
  contents.on("will-attach-webview", (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: "deny" }));
}

/** No permission, no device, no download; requests to the outside only where `isAllowed` says so. */
export function closeSession(session: Session, isAllowed: (address: string) => boolean): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.on("will-download", (event) => event.preventDefault());
  session.webRequest.onBeforeRequest((request, answer) => answer({ cancel: !isAllowed(request.url) }));
}
