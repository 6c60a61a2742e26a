import type { Question } from "../../../../contract/state.ts";
import { CertificateQuestion } from "./certificate-question.tsx";
import { CodeQuestion } from "./code-question.tsx";
import { ProxyQuestion } from "./proxy-question.tsx";
import { TakeOverQuestion } from "./take-over-question.tsx";

/** Key of what a question is headed with. */
export function questionTitle({ about }: Question): string {
  return `desktop.question.${about}.title`;
}

/** What only the person can answer: in the card of the sign-in, or as a dialogue over the window. */
export function QuestionForm({ question }: { readonly question: Question }) {
  switch (question.about) {
    case "secondFactor":
      return <CodeQuestion expires={question.expires} />;
    case "certificateChanged":
      return <CertificateQuestion question={question} />;
    case "proxyPassword":
      return <ProxyQuestion question={question} />;
    case "takeOver":
      return <TakeOverQuestion />;
  }
}
