import { useTranslation } from "react-i18next";
import { Button } from "../../../../ui/button.tsx";
import { HelperHint } from "../frame/helper-hint.tsx";
import { FixedNote } from "../settings/fixed-note.tsx";
import { useDesk } from "../store.ts";
import { portalAttempt } from "./attempt.ts";
import { useDraft } from "./draft.ts";
import { PasswordStep } from "./password-step.tsx";
import { PortalStep } from "./portal-step.tsx";
import { usePortals } from "./portals.ts";
import { QuestionForm, questionTitle } from "./question-form.tsx";
import { WayFailure } from "./way-failure.tsx";

/** The way in: which portal, who, and whatever is asked in between; one step at a time, in one card. */
export function SignIn() {
  const { t } = useTranslation();
  const session = useDesk((desk) => desk.state?.session);
  const notice = useDesk((desk) => desk.state?.notice ?? null);
  const hasBook = useDesk((desk) => desk.machines.size > 0);
  const asked = useDesk((desk) => desk.asked);
  const { host, adding: wantsAnother, change, choose } = useDraft();
  const { list, reload } = usePortals();
  const portal = list?.find((known) => known.host === host) ?? list?.[0];
  const isFixed = useDesk((desk) => desk.state?.fixed.portals === true);
  const adding = list !== undefined && ((wantsAnother && !isFixed) || list.length === 0);

  const question = session?.state === "asking" ? session.question : null;
  const step = question !== null ? "question" : adding ? "portal" : portal === undefined ? "wait" : "password";
  const title =
    question !== null
      ? t(questionTitle(question))
      : t(step === "portal" ? "desktop.portal.title" : "desktop.signIn.title");

  return (
    <section className="sign-in" aria-label={t("desktop.signIn.title")}>
      <div className="card" aria-busy={step === "wait"}>
        <header>
          <h1>{title}</h1>
          {hasBook && question === null && (
            <Button kind="quiet" onPress={() => change({ browsing: true })}>
              {t("desktop.signIn.browse")}
            </Button>
          )}
        </header>
        {question === null && <HelperHint />}
        {asked !== null && question === null && <p className="aside">{t("desktop.signIn.asked")}</p>}
        {question !== null && <QuestionForm question={question} />}
        {step === "portal" && isFixed && <FixedNote>{t("desktop.portal.noneFixed")}</FixedNote>}
        {step === "portal" && !isFixed && (
          <PortalStep
            hasOthers={(list?.length ?? 0) > 0}
            onBack={() => {
              portalAttempt.getState().forget();
              change({ adding: false });
            }}
            onAdded={(added) => {
              void reload().then(() => {
                change({ inspection: null });
                choose(added);
              });
            }}
          />
        )}
        {step === "password" && portal !== undefined && list !== undefined && (
          <PasswordStep
            key={portal.host}
            portal={portal}
            portals={list}
            notice={notice}
            onPortal={choose}
            onAdd={() => change({ adding: true })}
          />
        )}
        {step === "portal" && notice !== null && <WayFailure failure={notice} portal="none" />}
      </div>
    </section>
  );
}
