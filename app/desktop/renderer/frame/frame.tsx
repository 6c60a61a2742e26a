import { type ReactNode, useEffect } from "react";
import { ConnectAsked } from "../connect/connect-asked.tsx";
import { useDraft } from "../sign-in/draft.ts";
import { useDesk } from "../store.ts";
import { Announcer } from "./announcer.tsx";
import { Banners } from "./banners.tsx";
import { KeyboardHelp } from "./keyboard-help.tsx";
import { Navigation } from "./navigation.tsx";
import { QuestionDialog } from "./question-dialog.tsx";
import { SessionBar } from "./session-bar.tsx";
import { useShortcuts } from "./shortcuts.ts";

/** What stays whichever place one is in: navigation, the session, what must be known, what is asked. */
export function Frame({ children }: { readonly children: ReactNode }) {
  const isIn = useDesk((desk) => desk.state !== undefined && desk.state.identity !== null);
  useShortcuts();
  useEffect(() => {
    if (isIn) useDraft.getState().signedIn();
  }, [isIn]);
  return (
    <>
      <div className="frame">
        <Navigation />
        <SessionBar />
        <div className="place-area">
          <Banners />
          <main>{children}</main>
        </div>
      </div>
      <Announcer />
      <QuestionDialog />
      <ConnectAsked />
      <KeyboardHelp />
    </>
  );
}
