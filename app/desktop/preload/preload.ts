import { contextBridge, type IpcRendererEvent, ipcRenderer } from "electron";
import { channels } from "./channels.ts";
import { makePageBridge } from "./page-bridge.ts";

// The whole of what the page gets (SECURITY.md): no ipcRenderer, no event, no channel that it may name.
contextBridge.exposeInMainWorld(
  "anslut",
  makePageBridge({
    call: (name, argument) => ipcRenderer.invoke(channels.call, name, argument),
    follow: (name) => ipcRenderer.send(channels.follow, name),
    onPush: (listener) => {
      const take = (_: IpcRendererEvent, name: unknown, value: unknown): void => listener(name, value);
      ipcRenderer.on(channels.push, take);
      return () => ipcRenderer.off(channels.push, take);
    },
  }),
);
