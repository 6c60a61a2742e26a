import { useTranslation } from "react-i18next";
import type { Judged } from "../../../../contract/agent.ts";
import type { Machine, Outcome } from "../../../../contract/portal.ts";
import { Button } from "../../../../ui/button.tsx";
import type { IconName } from "../../../../ui/icon.tsx";
import { Icon } from "../../../../ui/icon.tsx";
import { useConnect, wishOf } from "../connect/connect.ts";
import { Command } from "../panel/command.tsx";
import type { ChainFacts, DeviceSight } from "./reach.ts";
import { chainOf } from "./reach.ts";
import { ReachChain } from "./reach-chain.tsx";
import type { ReachRun } from "./reach-runs.ts";

type ReachDeviceProps = {
  readonly machine: Machine;
  /** Null: no device is known; it is about the machine as a whole. */
  readonly sight: DeviceSight | null;
  readonly facts: ChainFacts;
  readonly judged: Judged | null;
  readonly run: ReachRun;
};

/** One device: the chain to it, what it comes to in a sentence, the cure, and each port from both sides. */
export function ReachDevice({ machine, sight, facts, judged, run }: ReachDeviceProps) {
  const { t } = useTranslation();
  const name = sight?.address ?? machine.name;
  return (
    <section className="reach-device" aria-label={name}>
      <ReachChain
        chain={chainOf(facts, sight)}
        machine={machine.name}
        device={sight === null ? t("panels.reach.devices") : sight.address}
        reachedAs={sight === null || sight.reachedAs === sight.address ? null : sight.reachedAs}
      />
      <div className="reach-verdict" role="status">
        {judged !== null && <VerdictText machine={machine} judged={judged} />}
      </div>
      {judged !== null && <Cure machine={machine} judged={judged} />}
      {sight !== null && <Ports sight={sight} isRunning={run.state === "running"} />}
    </section>
  );
}

function VerdictText({ machine, judged }: { readonly machine: Machine; readonly judged: Judged }) {
  const { t } = useTranslation();
  const { address, reachedAs, verdict, port } = judged;
  const device =
    address === null
      ? machine.name
      : reachedAs === null || reachedAs === address
        ? address
        : `${address} (${reachedAs})`;
  const values = { machine: machine.name, device, port: port === null ? "any" : String(port) };
  return (
    <p data-verdict={verdict === "good" ? "good" : "bad"}>
      <Icon name={verdict === "good" ? "check" : "warn"} />
      <span>
        <strong>{t(`verdicts.${verdict}.headline`, values)}</strong> {t(`panels.reach.advice.${verdict}`, values)}
      </span>
    </p>
  );
}

/** What the person can do here is a button; what somebody else must do is a command to send. */
function Cure({ machine, judged }: { readonly machine: Machine; readonly judged: Judged }) {
  const { t } = useTranslation();
  if (judged.verdict === "notConnected") {
    const connect = (): void => {
      const { start, ...kept } = useConnect.getState();
      void start(machine.id, wishOf(kept, machine.id));
    };
    return (
      <div className="panel-actions">
        <Button kind="primary" onPress={connect}>
          {t("panels.machine.connectName", { machine: machine.name })}
        </Button>
      </div>
    );
  }
  if (judged.cure === null || judged.verdict === "noDevices") return null;
  return (
    <div className="reach-cure">
      <p className="panel-quiet">{t("panels.reach.cure")}</p>
      <Command command={judged.cure} />
    </div>
  );
}

function Ports({ sight, isRunning }: { readonly sight: DeviceSight; readonly isRunning: boolean }) {
  const { t } = useTranslation();
  const pending = isRunning && sight.judged === null;
  const rows: readonly {
    readonly name: string;
    readonly what: string;
    readonly router: Outcome | null;
    readonly laptop: Outcome | null;
  }[] = [
    { name: "ARP", what: t("panels.reach.arp"), router: sight.arp, laptop: "untested" },
    {
      name: "ICMP",
      what: t("panels.reach.ping"),
      router: sight.routerPing,
      laptop: sight.laptopPing,
    },
    ...sight.ports.map(({ port, service, router, laptop }) => ({
      name: `TCP ${port}`,
      what: service ?? t("panels.reach.ownPort"),
      router,
      laptop,
    })),
  ];
  return (
    <div className="reach-table">
      <table>
        <caption className="visually-hidden">{t("panels.reach.table", { device: sight.address })}</caption>
        <thead>
          <tr>
            <th scope="col">{t("panels.reach.what")}</th>
            <th scope="col">
              <Icon name="router" /> {t("panels.reach.fromRouter")}
            </th>
            <th scope="col">
              <Icon name="laptop" /> {t("panels.reach.fromHere")}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, what, router, laptop }) => (
            <tr key={name}>
              <th scope="row">
                <strong>{what}</strong> <span>{name}</span>
              </th>
              <td>
                <Seen outcome={router} pending={pending} />
              </td>
              <td>
                {name === "ARP" ? <Seen outcome={null} pending={false} /> : <Seen outcome={laptop} pending={pending} />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const icons: Readonly<Record<Exclude<Outcome, "untested">, IconName>> = {
  answers: "check",
  refused: "minus",
  silent: "close",
  unreachable: "close",
};

function Seen({ outcome, pending }: { readonly outcome: Outcome | null; readonly pending: boolean }) {
  const { t } = useTranslation();
  if (outcome === null || outcome === "untested") {
    return (
      <span className="reach-seen" data-outcome="untested">
        {t(pending ? "panels.reach.pending" : "panels.reach.outcome.untested")}
      </span>
    );
  }
  return (
    <span className="reach-seen" data-outcome={outcome}>
      <Icon name={icons[outcome]} /> {t(`panels.reach.outcome.${outcome}`)}
    </span>
  );
}
