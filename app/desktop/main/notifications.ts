import type { Notice } from "../tray/notices.ts";

/** The part of Electron's class that is needed, so that a test may have its own. */
export interface NotificationMaker {
  new (options: { readonly title: string; readonly body: string }): ShownNotification;
  readonly isSupported: () => boolean;
}

export interface ShownNotification {
  on(event: "click", listener: () => void): unknown;
  on(event: "close", listener: () => void): unknown;
  on(event: "failed", listener: () => void): unknown;
  show(): void;
}

/** Shows notices by the system. */
export function notifier(Maker: NotificationMaker): (notice: Notice, onClick: (notice: Notice) => void) => void {
  // What is on the screen: an object that nothing holds is collected, and its click with it.
  const shown = new Set<object>();
  return (notice, onClick) => {
    if (!Maker.isSupported()) return;
    const notification = new Maker({ title: notice.title, body: notice.body });
    shown.add(notification);
    const forget = (): void => void shown.delete(notification);
    notification.on("click", () => {
      forget();
      onClick(notice);
    });
    notification.on("close", forget);
    notification.on("failed", forget);
    notification.show();
  };
}
