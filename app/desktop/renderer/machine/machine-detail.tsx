import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { BookEntry } from "../../../../contract/agent.ts";
import { FailureMessage } from "../../../../ui/failure-message.tsx";
import { isTold } from "../connect/after-change.ts";
import { useConnect } from "../connect/connect.ts";
import { useDraft } from "../panel/draft.ts";
import { readJournal } from "../panel/journal.ts";
import { useDesk } from "../store.ts";
import { ConnectForm } from "./connect-form.tsx";
import { ConnectionCard } from "./connection-card.tsx";
import { MachineHeader } from "./machine-header.tsx";
import { marks } from "./marks.ts";
import { NetworksCard } from "./networks-card.tsx";
import { NotesCard } from "./notes-card.tsx";
import { isHeld } from "./outlook.ts";
import { PastCard } from "./past-card.tsx";
import { ReachCard } from "./reach-card.tsx";
import { Trouble } from "./trouble.tsx";
import "../panel/panel.css";
import "./machine.css";
import "./overlap.css";
import "./reach.css";

/** Everything about one machine: its networks and addresses, its connection, what is in the way, its devices, the person's notes. */
export function MachineDetail({ entry }: { readonly entry: BookEntry }) {
  const { t } = useTranslation();
  const { machine } = entry;
  const connection = useDesk(({ state }) => state?.connections.find((known) => known.machine === machine.id));
  const session = useDesk(({ state }) => state?.session.state);
  const link = useDesk((desk) => desk.agent.link);
  const failure = useConnect(({ failures }) => failures.get(machine.id) ?? null);
  const mark = useDraft(marks, machine.id, entry.mark);
  const status = connection?.status.state;
  const networks = connection?.networks.length ? connection.networks : machine.networks;

  // Beginnings and ends of connections are what changes the journal.
  // biome-ignore lint/correctness/useExhaustiveDependencies: what changes is the reason to read, not what is read
  useEffect(() => {
    if (link === "attached") void readJournal();
  }, [machine.id, status, session, link]);

  return (
    <article className="panel machine-detail" aria-label={machine.name}>
      <MachineHeader machine={machine} connection={connection} mark={mark} />
      <Trouble machine={machine} connection={connection} />
      {failure !== null && status !== "overlapping" && !isTold(failure, connection?.status) && (
        <FailureMessage failure={failure} values={{ machine: machine.name }} />
      )}
      <div className="machine-columns">
        <NetworksCard networks={networks} />
        {connection !== undefined && isHeld(connection) ? (
          <ConnectionCard machine={machine} connection={connection} />
        ) : (
          <ConnectForm machine={machine} />
        )}
        <NotesCard mark={mark} />
        <PastCard machine={machine} title={t("panels.past.title")} />
      </div>
      <ReachCard machine={machine} connection={connection} />
    </article>
  );
}
