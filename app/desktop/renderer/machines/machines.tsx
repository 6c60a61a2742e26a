import { memo, useDeferredValue, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../../../ui/button.tsx";
import { KeyTable } from "../frame/key-table.tsx";
import { MachineDetail } from "../machine/machine-detail.tsx";
import { useDraft } from "../sign-in/draft.ts";
import { SignIn } from "../sign-in/sign-in.tsx";
import { useDesk } from "../store.ts";
import { MachineList } from "./machine-list.tsx";

/** The machines' place: the list left, what is known of the chosen one right. Without a sign-in, the way in. */
export function Machines() {
  const isIn = useDesk((desk) => desk.state === undefined || desk.state.identity !== null);
  const hasBook = useDesk((desk) => desk.machines.size > 0);
  const browsing = useDraft((draft) => draft.browsing);
  // A question of the sign-in must not hide behind the address book.
  const isAsking = useDesk((desk) => desk.state?.session.state === "asking" && desk.state.identity === null);
  if (!isIn && (isAsking || !(browsing && hasBook))) return <SignIn />;
  return <ListAndDetail />;
}

function ListAndDetail() {
  const { t } = useTranslation();
  const chosen = useDesk((desk) => desk.chosen);
  // The list must follow the keys at once; what stands beside it may come a moment later.
  const shown = useDeferredValue(chosen);
  // A grant ended, or a link named what never was: nothing is chosen then.
  const isGone = useDesk((desk) => chosen !== null && desk.machinesKnown && !desk.machines.has(chosen));
  useEffect(() => {
    if (isGone) useDesk.getState().choose(null);
  }, [isGone]);
  return (
    <div className="machines-place" data-chosen={chosen !== null}>
      <h1 className="visually-hidden">{t("desktop.machines.title")}</h1>
      <MachineList />
      <Chosen id={shown} />
    </div>
  );
}

const Chosen = memo(function Chosen({ id }: { readonly id: string | null }) {
  const { t } = useTranslation();
  const entry = useDesk((desk) => (id === null ? undefined : desk.machines.get(id)));
  const known = useDesk((desk) => desk.machinesKnown);
  const any = useDesk((desk) => desk.machines.size > 0);
  if (entry === undefined) {
    return (
      <section className="no-choice" aria-label={t("desktop.machines.detail")}>
        <Back />
        {id !== null && !known && <p>{t("desktop.machines.loading")}</p>}
        {any && (
          <>
            <p>{t("desktop.machines.choose")}</p>
            <KeyTable rows={["search", "rows", "connect", "connectNow", "favourite"]} />
          </>
        )}
      </section>
    );
  }
  return (
    // Another machine begins at its top, wherever one was at the last.
    <section key={entry.machine.id} className="choice-detail" aria-label={t("desktop.machines.detail")}>
      <Back />
      <MachineDetail entry={entry} />
    </section>
  );
});

/** Where list and detail do not stand side by side, the way back. */
function Back() {
  const { t } = useTranslation();
  const choose = useDesk((desk) => desk.choose);
  return (
    <div className="back">
      <Button kind="quiet" onPress={() => choose(null)}>
        {t("desktop.machines.backToList")}
      </Button>
    </div>
  );
}
