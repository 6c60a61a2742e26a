import { readFileSync } from "node:fs";
import { app, BrowserWindow, ipcMain, protocol } from "electron";
import { pageHeaders } from "../../app/desktop/bridge/page-policy.ts";
import { channels } from "../../app/desktop/preload/channels.ts";

// A main of the test's own, also for a runtime that is too old for ours: the built preload and the policy in a real, sandboxed Electron page. Says
// what it saw as one JSON line on stdout.

const [preload = "", pageFile = ""] = process.argv.slice(-2);
const seen = { calls: [] as unknown[], follows: [] as unknown[] };

protocol.registerSchemesAsPrivileged([{ scheme: "app", privileges: { standard: true, secure: true } }]);
app.enableSandbox();
ipcMain.handle(channels.call, (_event, name: unknown, argument: unknown) => {
  seen.calls.push([name, argument]);
  return { type: "done" };
});
ipcMain.on(channels.follow, (event, name: unknown) => {
  seen.follows.push(name);
  event.sender.send(channels.push, name, { pushed: name });
});

void app
  .whenReady()
  .then(look)
  .catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    app.exit(1);
  });

async function look(): Promise<void> {
  // The call of old and new versions; what is served is the product's headers.
  protocol.registerBufferProtocol("app", (request, answer) => {
    const isScript = request.url.endsWith(".js");
    const source = readFileSync(pageFile, "utf8");
    const page = `<!doctype html><title>test</title><script>window.inline = true</script><script src="/page.js"></script>`;
    answer({
      mimeType: isScript ? "text/javascript" : "text/html",
      headers: pageHeaders(isScript ? "text/javascript" : "text/html"),
      data: Buffer.from(isScript ? source : page),
    } as never);
  });
  const window = new BrowserWindow({
    show: false,
    webPreferences: { preload, sandbox: true, contextIsolation: true, nodeIntegration: false },
  });
  await window.loadURL("app://anslut/index.html");
  const page: unknown = await window.webContents.executeJavaScript("window.outcome");
  process.stdout.write(`${JSON.stringify({ electron: process.versions.electron, page, ...seen })}\n`);
  app.exit(0);
}
