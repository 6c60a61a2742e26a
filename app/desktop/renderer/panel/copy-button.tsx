import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../../../ui/button.tsx";
import { Icon } from "../../../../ui/icon.tsx";
import { bridge } from "../bridge.ts";

type CopyButtonProps = {
  readonly text: string;
  /** What is copied, for the button's name: an address, "the page", … */
  readonly what: string;
  /** Shows the word beside the picture. */
  readonly words?: string;
};

/** How long the button says that it has copied, in milliseconds. */
const saidMs = 2000;

/** Copies a text; says so for a moment. */
export function CopyButton({ text, what, words }: CopyButtonProps) {
  const { t } = useTranslation();
  const [said, setSaid] = useState<"copied" | "failed" | null>(null);

  useEffect(() => {
    if (said === null) return;
    const timer = setTimeout(() => setSaid(null), saidMs);
    return () => clearTimeout(timer);
  }, [said]);

  const copy = async (): Promise<void> => {
    const { type } = await bridge.copy({ text });
    setSaid(type === "done" ? "copied" : "failed");
  };

  return (
    <span className="panel-copy">
      <Button
        kind={words === undefined ? "quiet" : "plain"}
        aria-label={t("panels.copy.name", { what })}
        onPress={() => void copy()}
      >
        <Icon name={said === "copied" ? "check" : said === "failed" ? "close" : "copy"} />
        {words !== undefined && <span>{words}</span>}
      </Button>
      <span className="visually-hidden" role="status">
        {said !== null && t(`panels.copy.${said}`, { what })}
      </span>
    </span>
  );
}
