import type { FormEvent } from "react";
import { useEffect, useState } from "react";
import { Form } from "react-aria-components/Form";
import { useTranslation } from "react-i18next";
import type { Failure } from "../../contract/causes.ts";
import { failureOf } from "../../contract/causes.ts";
import type { Machine, TunnelList } from "../../contract/portal.ts";
import { Button } from "../../ui/button.tsx";
import { Choice } from "../../ui/choice.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Hint } from "../../ui/hint.tsx";
import { api } from "./api.ts";
import { moment } from "./moments.ts";
import { SelectField } from "./select-field.tsx";
import { useMachines } from "./store.ts";
import { Trouble } from "./trouble.tsx";

type ConnectDialogProps = { readonly machine: Machine; readonly onClose: () => void };

/** The portal says nothing when a laptop dials: asked as long as there is none. */
const askAgainMs = 2000;

/** Asks which networks of the machine to connect, for which order, and through which laptop where there are several. */
export function ConnectDialog({ machine, onClose }: ConnectDialogProps) {
  const { t } = useTranslation();
  const connect = useMachines((machines) => machines.connect);
  const [wanted, setWanted] = useState<ReadonlySet<string>>(new Set(machine.networks.map(({ network }) => network)));
  const [orderNumber, setOrderNumber] = useState("");
  const [reason, setReason] = useState("");
  const { tunnels, failure: tunnelFailure } = useTunnels();
  const [chosen, setChosen] = useState<string | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [working, setWorking] = useState(false);
  const tunnel = tunnels?.length === 1 ? (tunnels[0]?.id ?? null) : chosen;

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
      const order = { orderNumber: orderNumber.trim(), reason: reason.trim() };
      await connect(machine, { networks: [...wanted], tunnel, ...order });
      onClose();
    } catch (error) {
      setFailure(failureOf(error));
      setWorking(false);
    }
  };

  const shown = failure ?? tunnelFailure;
  return (
    <Dialog title={t("connect.title", { machine: machine.name })} onClose={onClose}>
      <Form className="connect-form" onSubmit={(event) => void submit(event)}>
        {tunnels?.length === 0 && <DialFirst machine={machine} />}
        {shown !== null && shown.cause !== "dialFirst" && (
          <Trouble failure={shown} values={{ machine: machine.name }} />
        )}
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
          <TunnelChoice tunnels={tunnels} value={chosen} onChange={setChosen} />
        )}
        <Field label={t("connect.orderNumber")} value={orderNumber} onChange={setOrderNumber} maxLength={100} />
        <Field label={t("connect.reason")} value={reason} onChange={setReason} maxLength={1000} />
        <div className="actions">
          <Button onPress={onClose}>{t("connect.cancel")}</Button>
          <Button kind="primary" type="submit" isDisabled={wanted.size === 0 || tunnels?.length === 0}>
            {working ? t("signIn.working") : t("machine.connect")}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}

/** One's own laptops that have dialled; null until it is known. */
function useTunnels(): { readonly tunnels: TunnelList["tunnels"] | null; readonly failure: Failure | null } {
  const [tunnels, setTunnels] = useState<TunnelList["tunnels"] | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let open = true;
    const ask = async (): Promise<void> => {
      try {
        const list = await api.tunnels();
        if (!open) return;
        setTunnels(list.tunnels);
        setFailure(null);
        if (list.tunnels.length > 0) return;
      } catch (error) {
        if (!open) return;
        setFailure(failureOf(error));
      }
      timer = setTimeout(() => void ask(), askAgainMs);
    };
    void ask();
    return () => {
      open = false;
      clearTimeout(timer);
    };
  }, []);
  return { tunnels, failure };
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
  readonly tunnels: TunnelList["tunnels"];
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
