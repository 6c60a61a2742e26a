import type { MenuItemConstructorOptions } from "electron";
import { expect, test } from "vitest";
import { textsIn } from "../tray/texts.ts";
import { type MenuActs, menuTemplate } from "./menu.ts";

const nothing = (): void => {};
const acts: MenuActs = {
  open: nothing,
  dial: nothing,
  hangUp: nothing,
  disconnectAll: nothing,
  showKeys: nothing,
  openDocumentation: nothing,
  quit: nothing,
};

function entriesOf(top: readonly MenuItemConstructorOptions[]): readonly MenuItemConstructorOptions[] {
  return top.flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []));
}

test.each(["linux", "darwin", "win32"] as const)(
  "on %s every entry of the menu has a label, and no key is given twice",
  (platform) => {
    const top = menuTemplate(textsIn("de"), platform, acts);
    const entries = entriesOf(top);
    for (const entry of [...top, ...entries]) {
      if (entry.type !== "separator") expect(entry.label ?? "").not.toBe("");
    }
    const keys = entries.flatMap(({ accelerator }) => accelerator ?? []);
    expect(new Set(keys).size).toBe(keys.length);
  },
);

test("F1 means the same in the menu as in the window, and documentation that has no address is not offered", () => {
  const done: string[] = [];
  const help = (openDocumentation: MenuActs["openDocumentation"]) =>
    entriesOf(
      menuTemplate(textsIn("en"), "linux", { ...acts, showKeys: () => done.push("keys"), openDocumentation }).slice(-1),
    );
  expect(help(null).map(({ label }) => label)).toEqual(["Keys", "About Anslut"]);
  expect(help(nothing).map(({ label }) => label)).toEqual(["Keys", "Documentation", "About Anslut"]);
  const f1 = help(nothing).find(({ accelerator }) => accelerator === "F1");
  f1?.click?.(undefined as never, undefined, undefined as never);
  expect(done).toEqual(["keys"]);
});
