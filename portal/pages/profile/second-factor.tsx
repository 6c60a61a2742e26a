import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../../ui/button.tsx";
import { Light } from "../../../ui/light.tsx";
import type { Me } from "../api.ts";
import { useSession } from "../session.ts";
import { EnrolDialog } from "./enrol-dialog.tsx";
import { RemoveDialog } from "./remove-dialog.tsx";

/** Whether a code is asked for at sign-in, and the way to have it so. */
export function SecondFactor({ me }: { readonly me: Me }) {
  const { t } = useTranslation();
  const read = useSession((session) => session.read);
  const [asking, setAsking] = useState<"enrol" | "remove" | null>(null);
  const [done, setDone] = useState<"enrolled" | "removed" | null>(null);

  const finish = (what: "enrolled" | "removed"): void => {
    setAsking(null);
    setDone(what);
    // What stands here stays right even if it cannot be read now: the next page asks again.
    read().catch(() => undefined);
  };

  return (
    <section className="sheet" aria-labelledby="second-factor-title">
      <div className="sheet-head">
        <h2 id="second-factor-title">{t("secondFactor.title")}</h2>
        <Light state={me.secondFactor ? "linked" : "off"}>{t(`secondFactor.${me.secondFactor ? "on" : "off"}`)}</Light>
      </div>
      <p className="quiet">{t(me.secondFactor ? "secondFactor.onHint" : "secondFactor.offHint")}</p>
      <div role="status">{done !== null && <p className="good">{t(`secondFactor.${done}`)}</p>}</div>
      <div className="buttons">
        {me.secondFactor ? (
          <Button onPress={() => setAsking("remove")}>{t("secondFactor.remove")}</Button>
        ) : (
          <Button kind="primary" onPress={() => setAsking("enrol")}>
            {t("secondFactor.enrol")}
          </Button>
        )}
      </div>
      {asking === "enrol" && <EnrolDialog onClose={() => setAsking(null)} onDone={() => finish("enrolled")} />}
      {asking === "remove" && <RemoveDialog onClose={() => setAsking(null)} onDone={() => finish("removed")} />}
    </section>
  );
}
