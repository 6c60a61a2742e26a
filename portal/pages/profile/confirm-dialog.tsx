import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Failure } from "../../../contract/causes.ts";
import { failureOf } from "../../../contract/causes.ts";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { Trouble } from "../trouble.tsx";

type ConfirmDialogProps = {
  readonly title: string;
  readonly text: string;
  readonly action: string;
  readonly onAct: () => Promise<void>;
  readonly onClose: () => void;
};

/** Asks before something ends that somebody may be working with. */
export function ConfirmDialog({ title, text, action, onAct, onClose }: ConfirmDialogProps) {
  const { t } = useTranslation();
  const [failure, setFailure] = useState<Failure | null>(null);
  const [working, setWorking] = useState(false);

  const act = (): void => {
    setWorking(true);
    setFailure(null);
    onAct().catch((error: unknown) => {
      setFailure(failureOf(error));
      setWorking(false);
    });
  };

  return (
    <Dialog title={title} onClose={onClose}>
      <p>{text}</p>
      {failure !== null && <Trouble failure={failure} />}
      <div className="actions">
        <Button onPress={onClose} autoFocus>
          {t("connect.cancel")}
        </Button>
        <Button kind="primary" isDisabled={working} onPress={act}>
          {working ? t("signIn.working") : action}
        </Button>
      </div>
    </Dialog>
  );
}
