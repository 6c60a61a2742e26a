import { useTranslation } from "react-i18next";
import type { Machine } from "../../contract/portal.ts";
import type { OwnConnection } from "./own-connections.ts";
import { StandInCure } from "./stand-in-cure.tsx";
import { linkOf, useMachines } from "./store.ts";
import { Trouble } from "./trouble.tsx";

type ConnectionStateProps = { readonly machine: Machine; readonly connection: OwnConnection | undefined };

/** What the person's own laptop says of the connection, and what cures it. */
export function ConnectionState({ machine, connection }: ConnectionStateProps) {
  const { t } = useTranslation();
  const link = useMachines(linkOf);
  const state = connection?.state;
  const cause = state?.cause ?? null;
  // What was true when the portal was heard last is not said of now.
  const text =
    connection === undefined || link === "lost"
      ? t("machine.open")
      : t(`machine.state.${state?.state ?? "requested"}`, { rtt: state?.roundTripMs ?? 0 });
  if (state?.state === "overlapping") return <StandInCure machine={machine} connection={connection} />;
  return (
    <>
      <p className="connection" role="status">
        {text}
      </p>
      {cause !== null && <Trouble failure={{ cause, detail: "" }} values={{ machine: machine.name }} />}
    </>
  );
}
