import { join } from "node:path";
import { Menu, type MenuItemConstructorOptions, nativeImage, nativeTheme, Tray } from "electron";
import { type BarGround, type TrayIcon, trayPicture } from "../tray/tray-icon.ts";
import type { TrayAct, TrayItem, TrayModel } from "../tray/tray-menu.ts";

export interface TrayOptions {
  /** Folder of the PNGs that the build made of resources/icons. */
  readonly icons: string;
  readonly platform: NodeJS.Platform;
  readonly act: (act: TrayAct) => void;
  /** The icon itself was clicked, where a click does not open the menu. */
  readonly onClick: () => void;
}

/** Shows a {@link TrayModel}; sets anew only what changed, because a menu that is replaced while it is open closes. */
export class TrayIconInBar {
  readonly #options: TrayOptions;
  readonly #tray: Tray;
  #shown: string | undefined;

  constructor(options: TrayOptions, first: TrayModel) {
    this.#options = options;
    this.#tray = new Tray(this.#image(first.icon));
    this.#tray.on("click", () => options.onClick());
    this.show(first);
  }

  show(model: TrayModel): void {
    const shown = JSON.stringify([model, this.#isBarDark]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#tray.setImage(this.#image(model.icon));
    this.#tray.setToolTip(model.toolTip);
    this.#tray.setContextMenu(Menu.buildFromTemplate(model.items.map((item) => this.#entry(item))));
  }

  close(): void {
    this.#tray.destroy();
  }

  /** `shouldUseDarkColors` would be what the person has chosen for this program; the bar is the system's. */
  get #isBarDark(): BarGround {
    return this.#options.platform === "win32" ? nativeTheme.shouldUseDarkColorsForSystemIntegratedUI : undefined;
  }

  /** `…@2x.png` beside it is found by Electron. */
  #image(icon: TrayIcon): Electron.NativeImage {
    const { icons, platform } = this.#options;
    const image = nativeImage.createFromPath(join(icons, `${trayPicture(icon, platform, this.#isBarDark)}.png`));
    if (platform === "darwin") image.setTemplateImage(true);
    return image;
  }

  #entry(item: TrayItem): MenuItemConstructorOptions {
    switch (item.kind) {
      case "separator":
        return { type: "separator" };
      case "word":
        return { label: verbatim(item.label), enabled: false };
      case "entry":
        return {
          label: verbatim(item.label),
          enabled: item.isEnabled,
          click: () => this.#options.act(item.act),
        };
    }
  }
}

/** In a menu `&` marks a letter; in a machine's name it is one. */
function verbatim(label: string): string {
  return label.replaceAll("&", "&&");
}
