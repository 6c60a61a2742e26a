import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { create } from "zustand";
import { Button } from "../../../../ui/button.tsx";
import { Dialog } from "../../../../ui/dialog.tsx";
import { bridge } from "../bridge.ts";
import { KeyTable } from "./key-table.tsx";

type KeyboardHelpShown = { readonly isOpen: boolean; readonly open: () => void; readonly close: () => void };

export const useKeyboardHelp = create<KeyboardHelpShown>()((set) => ({
  isOpen: false,
  open: () => set({ isOpen: true }),
  close: () => set({ isOpen: false }),
}));

/** All keys of the window. */
export function KeyboardHelp() {
  const { t } = useTranslation();
  const { isOpen, open, close } = useKeyboardHelp();
  // The menu has F1, too: it works where the page has not the keyboard.
  useEffect(() => bridge.on("keysAsked", open), [open]);
  if (!isOpen) return null;
  return (
    <Dialog title={t("desktop.keys.title")} onClose={close}>
      <KeyTable
        rows={[
          "search",
          "rows",
          "open",
          "connect",
          "connectNow",
          "favourite",
          "fold",
          "escape",
          "places",
          "portal",
          "help",
        ]}
      />
      <div className="actions">
        <Button kind="primary" onPress={close}>
          {t("desktop.close")}
        </Button>
      </div>
    </Dialog>
  );
}
