import type { MenuItemConstructorOptions } from "electron";
import type { WindowPlace } from "../../../contract/window.ts";
import type { Texts } from "../tray/texts.ts";

export interface MenuActs {
  readonly open: (place: WindowPlace) => void;
  readonly dial: () => void;
  readonly hangUp: () => void;
  readonly disconnectAll: () => void;
  readonly showKeys: () => void;
  /** Null: this build names no address for it, and an entry that leads nowhere is none. */
  readonly openDocumentation: (() => void) | null;
  readonly quit: () => void;
}

/** The program's menu in a language. Every entry is in the window as well; here it has a key. */
export function menuTemplate(
  { say }: Texts,
  platform: NodeJS.Platform,
  acts: MenuActs,
): readonly MenuItemConstructorOptions[] {
  const go = (label: string, place: WindowPlace, accelerator: string): MenuItemConstructorOptions => ({
    label,
    accelerator,
    click: () => acts.open(place),
  });
  const separator: MenuItemConstructorOptions = { type: "separator" };
  const about: MenuItemConstructorOptions = { label: say("menu.about"), click: () => acts.open("about") };
  const settings = go(say("menu.settings"), "settings", "CommandOrControl+,");
  const quit: MenuItemConstructorOptions = {
    label: say("menu.quit"),
    accelerator: "CommandOrControl+Q",
    click: () => acts.quit(),
  };
  const close: MenuItemConstructorOptions = {
    label: say("menu.close"),
    accelerator: "CommandOrControl+W",
    role: "close",
  };
  const onMac = platform === "darwin";
  return [
    {
      label: say("menu.program"),
      submenu: onMac
        ? [
            about,
            separator,
            settings,
            separator,
            { label: say("menu.services"), role: "services" },
            separator,
            { label: say("menu.hide"), role: "hide" },
            { label: say("menu.hideOthers"), role: "hideOthers" },
            { label: say("menu.showAll"), role: "unhide" },
            separator,
            close,
            quit,
          ]
        : [settings, separator, close, quit],
    },
    {
      label: say("menu.edit"),
      submenu: [
        { label: say("menu.undo"), role: "undo" },
        { label: say("menu.redo"), role: "redo" },
        separator,
        { label: say("menu.cut"), role: "cut" },
        { label: say("menu.copy"), role: "copy" },
        { label: say("menu.paste"), role: "paste" },
        { label: say("menu.selectAll"), role: "selectAll" },
      ],
    },
    {
      label: say("menu.view"),
      submenu: [
        go(say("menu.machines"), "machines", "CommandOrControl+1"),
        go(say("menu.portal"), "portal", "CommandOrControl+2"),
        go(say("menu.doctor"), "doctor", "CommandOrControl+3"),
        go(say("menu.history"), "history", "CommandOrControl+4"),
        separator,
        { label: say("menu.zoomIn"), role: "zoomIn" },
        { label: say("menu.zoomOut"), role: "zoomOut" },
        { label: say("menu.zoomReset"), role: "resetZoom" },
        { label: say("menu.fullScreen"), role: "togglefullscreen" },
      ],
    },
    {
      label: say("menu.session"),
      submenu: [
        { label: say("menu.dial"), accelerator: "CommandOrControl+D", click: () => acts.dial() },
        { label: say("menu.hangUp"), accelerator: "CommandOrControl+Shift+D", click: () => acts.hangUp() },
        separator,
        { label: say("menu.disconnectAll"), click: () => acts.disconnectAll() },
      ],
    },
    {
      label: say("menu.help"),
      role: "help",
      submenu: [
        { label: say("menu.keys"), accelerator: "F1", click: () => acts.showKeys() },
        ...(acts.openDocumentation === null
          ? []
          : [{ label: say("menu.documentation"), click: acts.openDocumentation }]),
        ...(onMac ? [] : [about]),
      ],
    },
  ];
}
