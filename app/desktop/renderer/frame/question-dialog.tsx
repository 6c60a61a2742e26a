import { useTranslation } from "react-i18next";
import { Dialog } from "../../../../ui/dialog.tsx";
import { QuestionForm, questionTitle } from "../sign-in/question-form.tsx";
import { useDesk } from "../store.ts";

/** Whether a question of the dial is open; those of a sign-in stand in its card. */
export function useQuestionOpen(): boolean {
  return useDesk(({ state, agent }) => {
    return agent.link === "attached" && state?.session.state === "asking" && state.identity !== null;
  });
}

/** A question that comes up while one dials, over whatever place one is in. */
export function QuestionDialog() {
  const { t } = useTranslation();
  const isOpen = useQuestionOpen();
  const session = useDesk((desk) => desk.state?.session);
  if (!isOpen || session?.state !== "asking") return null;
  const { question } = session;
  return (
    <Dialog
      title={t(questionTitle(question))}
      mustAnswer
      size={question.about === "certificateChanged" ? "wide" : "normal"}
      onClose={() => undefined}
    >
      <QuestionForm question={question} />
    </Dialog>
  );
}
