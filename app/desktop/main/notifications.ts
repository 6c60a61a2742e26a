import { Notification } from "electron";
import type { WindowPlace } from "../../../contract/window.ts";
import type { Notice } from "../tray/notices.ts";

/** What is on the screen: an object that nothing holds is collected, and its click with it. */
const shown = new Set<Notification>();

export function notify(notice: Notice, onClick: (place: WindowPlace) => void): void {
  if (!Notification.isSupported()) return;
  const notification = new Notification({ title: notice.title, body: notice.body });
  shown.add(notification);
  const forget = (): void => void shown.delete(notification);
  notification.on("click", () => {
    forget();
    onClick(notice.place);
  });
  notification.on("close", forget);
  notification.on("failed", forget);
  notification.show();
}
