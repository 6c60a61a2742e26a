import type { FormEvent } from "react";
import { Form } from "react-aria-components/Form";
import { useTranslation } from "react-i18next";
import type { BookEntry } from "../../../../contract/agent.ts";
import { Button } from "../../../../ui/button.tsx";
import { Choice } from "../../../../ui/choice.tsx";
import { Dialog } from "../../../../ui/dialog.tsx";
import { FailureMessage } from "../../../../ui/failure-message.tsx";
import { Field } from "../../../../ui/field.tsx";
import { canConnect, canDial, isDialling } from "../../../core/predicates.ts";
import { useDesk } from "../store.ts";
import { type ConnectWish, isShown, tidied, useConnect, wishOf } from "./connect.ts";

type ConnectDialogProps = {
  readonly entry: BookEntry;
  /** A link asked, not a press in this window: say so, and let the person decide. */
  readonly byOthers?: true;
  readonly onClose: () => void;
};

/** For which order, why, and which networks; then watches it happen. What was typed stays when it does not work. */
export function ConnectDialog({ entry, byOthers, onClose }: ConnectDialogProps) {
  const { t, i18n } = useTranslation();
  const { machine } = entry;
  const { id, name, networks } = machine;
  const wish = useConnect((connect) => wishOf(connect, id));
  const working = useConnect((connect) => connect.working.get(id));
  const failure = useConnect((connect) => connect.failures.get(id)) ?? null;
  const { change, start, cancel } = useConnect.getState();
  const state = useDesk((desk) => desk.state);
  const attached = useDesk((desk) => desk.agent.link === "attached");
  const isReady = state !== undefined && canConnect(state);
  const mayDial = state !== undefined && (canDial(state) || isDialling(state.session));
  const wanted = new Set(wish.networks ?? networks.map(({ network }) => network));
  const put = (part: Partial<ConnectWish>): void => change(id, { ...wish, ...part });
  const tidy = (): void => change(id, tidied(wish));

  const toggle = (network: string, isSelected: boolean): void => {
    const chosen = networks
      .map((known) => known.network)
      .filter((known) => (known === network ? isSelected : wanted.has(known)));
    put({ networks: chosen.length === networks.length ? null : chosen });
  };
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (working !== undefined || !attached || wanted.size === 0) return;
    const isConnected = await start(id, wish);
    if (isConnected || isShown(id)) onClose();
  };
  const leave = (): void => {
    if (working === undefined) onClose();
    else cancel(id);
  };

  return (
    <Dialog title={t("desktop.connect.title", { machine: name })} onClose={leave}>
      <Form className="step" onSubmit={(event) => void submit(event)}>
        {byOthers && <p className="aside">{t("desktop.connect.byOthers")}</p>}
        <p className="quiet">{[machine.customer, machine.place].filter((part) => part !== "").join(" · ")}</p>
        {machine.present.length > 0 && (
          <p className="aside">
            {t("desktop.connect.present", { users: new Intl.ListFormat(i18n.language).format(machine.present) })}
          </p>
        )}
        {failure !== null && <FailureMessage failure={failure} values={{ machine: name }} />}
        <div className="pair">
          <Field
            label={t("desktop.connect.orderNumber")}
            value={wish.orderNumber}
            onChange={(orderNumber) => put({ orderNumber: orderNumber.replaceAll(/[\r\n\t]+/g, " ") })}
            onBlur={tidy}
            maxLength={100}
            autoFocus
            isReadOnly={working !== undefined}
          />
          <Field
            label={t("desktop.connect.reason")}
            value={wish.reason}
            onChange={(reason) => put({ reason })}
            onBlur={tidy}
            maxLength={1000}
            isReadOnly={working !== undefined}
          />
        </div>
        {networks.length > 1 && (
          <fieldset>
            <legend>{t("desktop.connect.networks")}</legend>
            {networks.map(({ network, standIn }) => (
              <Choice
                key={network}
                isSelected={wanted.has(network)}
                isDisabled={working !== undefined}
                onChange={(isSelected) => toggle(network, isSelected)}
              >
                <span className="number">
                  {standIn === null ? network : t("desktop.connect.standIn", { network, standIn })}
                </span>
              </Choice>
            ))}
          </fieldset>
        )}
        {!isReady && working === undefined && <p className="quiet">{t("desktop.connect.dialFirst")}</p>}
        {working !== undefined && (
          <p className="progress" role="status">
            {t(`desktop.connect.${working}`)}
          </p>
        )}
        <div className="actions">
          <Button onPress={leave}>{t("desktop.cancel")}</Button>
          <Button
            kind="primary"
            type="submit"
            isDisabled={working !== undefined || !attached || wanted.size === 0 || !(isReady || mayDial)}
          >
            {t(isReady ? "desktop.machines.connect" : "desktop.connect.dialAndConnect")}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}
