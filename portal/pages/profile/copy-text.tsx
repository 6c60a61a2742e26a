import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../../ui/button.tsx";

/** A text to take elsewhere. Where the page may not write to the clipboard it is marked, so that one key copies it. */
export function CopyText({ label, text }: { readonly label: string; readonly text: string }) {
  const { t } = useTranslation();
  const box = useRef<HTMLElement>(null);
  const [said, setSaid] = useState<"copied" | "marked" | null>(null);

  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid("copied");
    } catch {
      if (box.current !== null) getSelection()?.selectAllChildren(box.current);
      setSaid("marked");
    }
  };

  return (
    <div className="copy-text">
      <span className="copy-label">{label}</span>
      <code ref={box}>{text}</code>
      <Button onPress={() => void copy()}>{t("copy.copy")}</Button>
      <span role="status" className="quiet">
        {said !== null && t(`copy.${said}`)}
      </span>
    </div>
  );
}
