import { type Carrier, makePageBridge } from "../../../app/desktop/preload/page-bridge.ts";
import type { FramePlace, PageAct, PageSays, ServerSays } from "./wire.ts";

// Runs in the stage's page before its own scripts and gives it `window.anslut`, as the preload does in Electron.

const tokenKey = "anslut-stage-token";
const token = location.hash.slice(1) || sessionStorage.getItem(tokenKey) || "";
// Neither the address bar nor a picture of it shows the token.
history.replaceState(null, "", location.pathname);
const socket = new WebSocket(`ws://${location.host}/bridge`, ["anslut", token]);

const pending = new Map<number, PromiseWithResolvers<unknown>>();
const listeners = new Set<(name: unknown, value: unknown) => void>();
const early: string[] = [];
let last = 0;

function send(message: PageSays): void {
  const text = JSON.stringify(message);
  if (socket.readyState === WebSocket.OPEN) socket.send(text);
  else early.push(text);
}

const carrier: Carrier = {
  call: (name, argument) => {
    last += 1;
    const call = Promise.withResolvers<unknown>();
    pending.set(last, call);
    send({ says: "call", number: last, name, argument });
    return call.promise;
  },
  follow: (name) => send({ says: "follow", name }),
  onPush: (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

function take(message: ServerSays): void {
  switch (message.says) {
    case "token":
      sessionStorage.setItem(tokenKey, message.token);
      return;
    case "answer":
      pending.get(message.number)?.resolve(message.value);
      pending.delete(message.number);
      return;
    case "failed":
      pending.get(message.number)?.reject(new Error(message.message));
      pending.delete(message.number);
      return;
    case "push":
      for (const listener of [...listeners]) listener(message.name, message.value);
      return;
    case "act":
      perform(message.act);
  }
}

function perform(act: PageAct): void {
  switch (act.act) {
    case "copy":
      // Refused without a person's gesture, as in any page.
      navigator.clipboard.writeText(act.text).catch((error: unknown) => console.warn(String(error)));
      return;
    case "print":
      window.print();
      return;
    case "save":
      download(act.name, act.text);
      return;
    case "frame":
      showFrame(act.address, act.place);
      return;
    case "frameLook":
      if (frame !== undefined) frame.src = act.address;
  }
}

function download(name: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

let frame: HTMLIFrameElement | undefined;

function showFrame(address: string | null, place: FramePlace | null): void {
  if (address !== null) {
    frame?.remove();
    frame = document.createElement("iframe");
    frame.title = "Portal";
    frame.src = address;
    document.body.append(frame);
  }
  if (frame === undefined) return;
  const { style } = frame;
  style.display = place === null ? "none" : "block";
  if (place === null) return;
  style.position = "fixed";
  style.border = "0";
  style.left = `${place.x}px`;
  style.top = `${place.y}px`;
  style.width = `${place.width}px`;
  style.height = `${place.height}px`;
}

socket.addEventListener("open", () => {
  for (const text of early.splice(0)) socket.send(text);
});
socket.addEventListener("message", (event: MessageEvent<string>) => take(JSON.parse(event.data) as ServerSays));
socket.addEventListener("close", () => {
  for (const call of pending.values()) call.reject(new Error("the stage has ended"));
  pending.clear();
});
Object.defineProperty(window, "anslut", { value: makePageBridge(carrier) });
