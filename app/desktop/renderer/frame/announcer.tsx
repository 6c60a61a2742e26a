import type { TFunction } from "i18next";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { connectionLook, isBelieved } from "../machines/machine-look.ts";
import { type Desk, useDesk } from "../store.ts";
import { sessionLook } from "./session-look.ts";

/** Says each change of state to a screen reader, once, in the words that are on the screen. */
export function Announcer() {
  const { t } = useTranslation();
  const agent = useDesk((desk) => desk.agent);
  const state = useDesk((desk) => desk.state);
  const said = useRef<ReadonlyMap<string, string> | null>(null);
  const [text, setText] = useState("");

  useEffect(() => {
    const words = wordsOf({ agent, state }, t);
    const before = said.current;
    said.current = words;
    // What stands at the start is read from the page; only changes are news.
    if (before === null) return;
    const news = [...words].filter(([about, word]) => before.get(about) !== word).map(([, word]) => word);
    const ended = [...before.keys()]
      .filter((about) => about !== "" && !words.has(about))
      .map((name) => t("desktop.announce.disconnected", { machine: name }));
    if (news.length + ended.length > 0) setText([...news, ...ended].join(" "));
  }, [agent, state, t]);

  return (
    <p className="visually-hidden" role="status" aria-live="polite">
      {text}
    </p>
  );
}

/** By name of the machine, and under "" the session. Round trips and times are left out: they change by the second. */
function wordsOf(desk: Pick<Desk, "agent" | "state">, t: TFunction): ReadonlyMap<string, string> {
  const session = t("desktop.announce.session", { word: t(`desktop.session.word.${sessionLook(desk).word}`) });
  const connections = desk.state?.connections ?? [];
  return new Map([
    ["", session],
    ...connections.map((connection): [string, string] => {
      const word = t(...connectionLook(connection, isBelieved(desk)).word);
      return [connection.name, t("desktop.announce.machine", { machine: connection.name, word })];
    }),
  ]);
}
