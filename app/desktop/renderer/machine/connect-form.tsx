import { useTranslation } from "react-i18next";
import type { Machine } from "../../../../contract/portal.ts";
import { Choice } from "../../../../ui/choice.tsx";
import { Field } from "../../../../ui/field.tsx";
import { type ConnectWish, tidied, useConnect, wishOf } from "../connect/connect.ts";
import { Card } from "../panel/card.tsx";

/** What belongs to a connection before it is made: for which order, why, and which networks. Kept until it stands. */
export function ConnectForm({ machine }: { readonly machine: Machine }) {
  const { t } = useTranslation();
  const wish = useConnect((connect) => wishOf(connect, machine.id));
  const change = useConnect((connect) => connect.change);
  const put = (part: Partial<ConnectWish>): void => change(machine.id, { ...wish, ...part });
  const tidy = (): void => change(machine.id, tidied(wish));
  const wanted = wish.networks ?? machine.networks.map(({ network }) => network);
  const toggle = (network: string, isWanted: boolean): void => {
    const next = machine.networks
      .map((each) => each.network)
      .filter((each) => (each === network ? isWanted : wanted.includes(each)));
    // All and none are both "all that I may reach": a connection without a network is none.
    const isAll = next.length === 0 || next.length === machine.networks.length;
    put({ networks: isAll ? null : next });
  };
  return (
    <Card title={t("panels.before.title")}>
      <div className="machine-before">
        <Field
          label={t("panels.before.order")}
          value={wish.orderNumber}
          onChange={(orderNumber) => put({ orderNumber: orderNumber.replaceAll(/[\r\n\t]+/g, " ") })}
          onBlur={tidy}
          maxLength={100}
        />
        <Field
          label={t("panels.before.reason")}
          value={wish.reason}
          onChange={(reason) => put({ reason })}
          onBlur={tidy}
          maxLength={1000}
        />
      </div>
      <p className="panel-quiet">{t("panels.before.hint")}</p>
      {machine.networks.length > 1 && (
        <fieldset className="machine-wanted">
          <legend>{t("panels.before.networks")}</legend>
          {machine.networks.map(({ network }) => (
            <Choice
              key={network}
              isSelected={wanted.includes(network)}
              onChange={(isWanted) => toggle(network, isWanted)}
              isDisabled={wanted.length === 1 && wanted.includes(network)}
            >
              {network}
            </Choice>
          ))}
        </fieldset>
      )}
    </Card>
  );
}
