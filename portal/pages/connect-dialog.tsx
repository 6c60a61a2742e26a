import type { FormEvent } from "react";
import { useEffect, useState } from "react";
import { Dialog } from "react-aria-components/Dialog";
import { Form } from "react-aria-components/Form";
import { Heading } from "react-aria-components/Heading";
import { Modal, ModalOverlay } from "react-aria-components/Modal";
import { useTranslation } from "react-i18next";
import type { Failure } from "../../contract/causes.ts";
import { failureOf } from "../../contract/causes.ts";
import type { Machine, TunnelList } from "../../contract/portal.ts";
import { Button } from "../../ui/button.tsx";
import { Choice } from "../../ui/choice.tsx";
import { FailureMessage } from "../../ui/failure-message.tsx";
import { Field } from "../../ui/field.tsx";
import { api } from "./api.ts";
import { useOverview } from "./store.ts";

type ConnectDialogProps = { readonly machine: Machine; readonly onClose: () => void };

/** Asks which networks of the machine to connect, for which order, and through which laptop where there are several. */
export function ConnectDialog({ machine, onClose }: ConnectDialogProps) {
  const { t, i18n } = useTranslation();
  const connect = useOverview((overview) => overview.connect);
  const [wanted, setWanted] = useState<ReadonlySet<string>>(new Set(machine.networks.map(({ network }) => network)));
  const [orderNumber, setOrderNumber] = useState("");
  const [reason, setReason] = useState("");
  const [tunnels, setTunnels] = useState<TunnelList["tunnels"]>([]);
  const [tunnel, setTunnel] = useState<string | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [working, setWorking] = useState(false);

  useEffect(() => {
    api.tunnels().then(
      (list) => {
        setTunnels(list.tunnels);
        setTunnel(list.tunnels.length === 1 ? (list.tunnels[0]?.id ?? null) : null);
        if (list.tunnels.length === 0) setFailure({ cause: "dialFirst", detail: "" });
      },
      (error: unknown) => setFailure(failureOf(error)),
    );
  }, []);

  const toggle = (network: string, isSelected: boolean): void => {
    const next = new Set(wanted);
    if (isSelected) next.add(network);
    else next.delete(network);
    setWanted(next);
  };

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (working) return;
    setWorking(true);
    setFailure(null);
    try {
      await connect(machine, { networks: [...wanted], tunnel, orderNumber, reason });
      onClose();
    } catch (error) {
      setFailure(failureOf(error));
      setWorking(false);
    }
  };

  return (
    <ModalOverlay className="overlay" isOpen isDismissable onOpenChange={(open) => !open && onClose()}>
      <Modal>
        <Dialog className="dialog">
          <Form className="connect-form" onSubmit={(event) => void submit(event)}>
            <Heading slot="title">{t("connect.title", { machine: machine.name })}</Heading>
            {failure !== null && <FailureMessage failure={failure} values={{ machine: machine.name }} />}
            {failure?.cause === "dialFirst" && (
              <a href={`anslut://connect?id=${encodeURIComponent(machine.id)}`}>{t("connect.openProgram")}</a>
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
            {tunnels.length > 1 && (
              <label className="field">
                <span>{t("connect.laptop")}</span>
                <select required value={tunnel ?? ""} onChange={(event) => setTunnel(event.target.value)}>
                  <option value="" disabled>
                    {t("connect.chooseLaptop")}
                  </option>
                  {tunnels.map((known) => (
                    <option key={known.id} value={known.id}>
                      {t("connect.laptopSince", {
                        laptop: known.laptop,
                        since: new Date(known.since).toLocaleTimeString(i18n.language),
                      })}
                    </option>
                  ))}
                </select>
              </label>
            )}
            <Field label={t("connect.orderNumber")} value={orderNumber} onChange={setOrderNumber} maxLength={100} />
            <Field label={t("connect.reason")} value={reason} onChange={setReason} maxLength={1000} />
            <div className="actions">
              <Button onPress={onClose}>{t("connect.cancel")}</Button>
              <Button kind="primary" type="submit" isDisabled={wanted.size === 0}>
                {working ? t("signIn.working") : t("machine.connect")}
              </Button>
            </div>
          </Form>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

/** `192.168.0.10/32 tcp 102` or, for a range, `… tcp 5900–5910`. */
function rightText({ destination, protocol, ports }: NonNullable<Machine["networks"][number]["only"]>[number]): string {
  if (ports === null) return `${destination} ${protocol}`;
  return `${destination} ${protocol} ${ports[0] === ports[1] ? ports[0] : ports.join("–")}`;
}
