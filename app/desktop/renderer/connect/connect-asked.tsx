import { useTranslation } from "react-i18next";
import { Button } from "../../../../ui/button.tsx";
import { Dialog } from "../../../../ui/dialog.tsx";
import { useDesk } from "../store.ts";
import { useConnect } from "./connect.ts";
import { ConnectDialog } from "./connect-dialog.tsx";

/** The dialogue of a connection: because it was pressed here, or because a link wants it. Neither acts by itself. */
export function ConnectAsked() {
  const asking = useConnect((connect) => connect.asking);
  const close = useConnect((connect) => connect.close);
  const asked = useDesk((desk) => desk.asked);
  const answer = useDesk((desk) => desk.answerAsked);
  const machine = asked ?? asking;
  const entry = useDesk((desk) => (machine === null ? undefined : desk.machines.get(machine)));
  const isIn = useDesk((desk) => desk.state !== undefined && desk.state.identity !== null);
  const isKnown = useDesk((desk) => desk.machinesKnown);
  // A question of the session comes first, and without a sign-in there is nothing to confirm yet.
  const isBusy = useDesk((desk) => desk.state?.session.state === "asking");

  if (machine === null || !isIn || isBusy) return null;
  const leave = asked === null ? close : answer;
  if (entry !== undefined) {
    return (
      <ConnectDialog key={machine} entry={entry} {...(asked === null ? {} : { byOthers: true })} onClose={leave} />
    );
  }
  return isKnown ? <UnknownMachine onClose={leave} /> : null;
}

function UnknownMachine({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog title={t("desktop.connect.unknown")} onClose={onClose}>
      <p>{t("desktop.connect.unknownHint")}</p>
      <div className="actions">
        <Button kind="primary" onPress={onClose}>
          {t("desktop.close")}
        </Button>
      </div>
    </Dialog>
  );
}
