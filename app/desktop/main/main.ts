import { app, dialog } from "electron";
import { registerPageScheme } from "./app-protocol.ts";
import { openProgram } from "./program.ts";
import { refuseSwitches } from "./switches.ts";

// One program a person: the second one hands its words to the first, which comes forward.
if (app.requestSingleInstanceLock()) {
  refuseSwitches(app);
  registerPageScheme();
  app.enableSandbox();
  // Notifications and the task bar know the program by this on Windows.
  app.setAppUserModelId("org.anslut.desktop");
  // No top-level await: Electron is not ready before this module has ended.
  void app.whenReady().then(openProgram).catch(fail);
} else {
  app.quit();
}

/** A program without a window must not sit there unseen. */
function fail(error: unknown): void {
  dialog.showErrorBox("Anslut", error instanceof Error ? error.message : String(error));
  app.exit(1);
}
