import type { FormEvent } from "react";
import { useState } from "react";
import { Form } from "react-aria-components/Form";
import { useTranslation } from "react-i18next";
import type { Failure } from "../../contract/causes.ts";
import { CauseError, failureOf } from "../../contract/causes.ts";
import type { Machine } from "../../contract/portal.ts";
import { Button } from "../../ui/button.tsx";
import { Choice } from "../../ui/choice.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Hint } from "../../ui/hint.tsx";
import type { Order } from "./drafts.ts";
import { noOrder, useDrafts } from "./drafts.ts";
import { moment } from "./moments.ts";
import { SelectField } from "./select-field.tsx";
import { useMachines } from "./store.ts";
import { Trouble } from "./trouble.tsx";
import type { OwnTunnel } from "./tunnels.ts";
import { tunnelOf, useTunnels } from "./tunnels.ts";

type ConnectDialogProps = { readonly machine: Machine; readonly onClose: () => void };

/** Asks which networks of the machine to connect, for which order, and through which laptop where there are several. */
export function ConnectDialog({ machine, onClose }: ConnectDialogProps) {
  const { t } = useTranslation();
  const connect = useMachines((machines) => machines.connect);
  const [wanted, setWanted] = useState<ReadonlySet<string>>(new Set(machine.networks.map(({ network }) => network)));
  const order = useDrafts(({ orders }) => orders.get(machine.id)) ?? noOrder;
  const setOrder = useDrafts((drafts) => drafts.setOrder);
  const { tunnels, failure: tunnelFailure, again } = useTunnels();
  const [chosen, setChosen] = useState<string | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [working, setWorking] = useState(false);
  const isRemoved = useMachines(({ removed }) => removed.has(machine.id));
  const tunnel = tunnelOf(tunnels ?? [], chosen);

  const write = (part: Partial<Order>): void => setOrder(machine.id, { ...order, ...part });

  const toggle = (network: string, isSelected: boolean): void => {
    const next = new Set(wanted);
    if (isSelected) next.add(network);
    else next.delete(network);
    setWanted(next);
  };

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (working || wanted.size === 0) return;
    setWorking(true);
    setFailure(null);
    try {
      const end = await connectBy(tunnel).catch((error: unknown) => connectAnew(failureOf(error)));
      if (end === "connected") {
        setOrder(machine.id, null);
        onClose();
      } else setWorking(false);
    } catch (error) {
      setFailure(failureOf(error));
      setWorking(false);
    }
  };

  const connectBy = async (id: string | null): Promise<"connected"> => {
    const { orderNumber, reason } = order;
    const written = { orderNumber: orderNumber.trim(), reason: reason.trim() };
    await connect(machine, { networks: [...wanted], tunnel: id, ...written });
    return "connected";
  };

  /** A laptop that has dialled anew meanwhile has another tunnel: where there is but one, it is the one that is meant. */
  const connectAnew = async ({ cause, detail }: Failure): Promise<"connected" | "waits"> => {
    if (cause !== "dialFirst") throw new CauseError(cause, detail);
    const standing = await again();
    if (standing.length === 0) return "waits";
    const next = tunnelOf(standing, null);
    if (next === null) throw new CauseError("severalTunnels");
    return await connectBy(next);
  };

  const isDialFirst = tunnels?.length === 0;
  const shown = isRemoved ? ({ cause: "rightsMissing", detail: "" } as const) : (failure ?? tunnelFailure);
  return (
    <Dialog title={t("connect.title", { machine: machine.name })} onClose={onClose}>
      <Form className="connect-form" onSubmit={(event) => void submit(event)}>
        {isDialFirst && !isRemoved && <DialFirst machine={machine} />}
        {shown !== null && <Trouble failure={shown} values={{ machine: machine.name }} />}
        <fieldset>
          <legend>{t("connect.networks")}</legend>
          {machine.networks.map(({ network, standIn, only }) => (
            <Choice
              key={network}
              isSelected={wanted.has(network)}
              onChange={(isSelected) => toggle(network, isSelected)}
            >
              <strong>{standIn === null ? network : t("machine.standIn", { network, standIn })}</strong>
              <small>{only === null ? t("connect.whole") : only.map(rightText).join(", ")}</small>
            </Choice>
          ))}
        </fieldset>
        {tunnels !== null && tunnels.length > 1 && (
          <TunnelChoice tunnels={tunnels} value={tunnel} onChange={setChosen} />
        )}
        <Field
          label={t("connect.orderNumber")}
          value={order.orderNumber}
          onChange={(orderNumber) => write({ orderNumber })}
          autoFocus
          maxLength={100}
        />
        <Field
          label={t("connect.reason")}
          value={order.reason}
          onChange={(reason) => write({ reason })}
          maxLength={1000}
        />
        <div className="actions">
          <Button onPress={onClose}>{t("connect.cancel")}</Button>
          <Button kind="primary" type="submit" isDisabled={wanted.size === 0 || isDialFirst || isRemoved}>
            {working ? t("signIn.working") : t("machine.connect")}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}

/** No laptop has dialled yet. It goes on by itself when one has. */
function DialFirst({ machine }: { readonly machine: Machine }) {
  const { t } = useTranslation();
  return (
    <Hint
      title={t("causes.dialFirst.headline")}
      actions={<a href={`anslut://connect?id=${encodeURIComponent(machine.id)}`}>{t("connect.openProgram")}</a>}
    >
      <span role="alert">{t("connect.dialFirst")}</span>
    </Hint>
  );
}

type TunnelChoiceProps = {
  readonly tunnels: readonly OwnTunnel[];
  readonly value: string | null;
  readonly onChange: (tunnel: string) => void;
};

function TunnelChoice({ tunnels, value, onChange }: TunnelChoiceProps) {
  const { t, i18n } = useTranslation();
  return (
    <SelectField label={t("connect.laptop")} value={value ?? ""} onChange={onChange} required>
      <option value="" disabled>
        {t("connect.chooseLaptop")}
      </option>
      {tunnels.map(({ id, laptop, since }) => (
        <option key={id} value={id}>
          {t("connect.laptopSince", { laptop, since: moment(since, i18n.language) })}
        </option>
      ))}
    </SelectField>
  );
}

/** `192.168.0.10/32 tcp 102` or, for a range, `… tcp 5900–5910`. */
export function rightText({
  destination,
  protocol,
  ports,
}: NonNullable<Machine["networks"][number]["only"]>[number]): string {
  if (ports === null) return `${destination} ${protocol}`;
  return `${destination} ${protocol} ${ports[0] === ports[1] ? ports[0] : ports.join("–")}`;
}
