import { useTranslation } from "react-i18next";
import type { Machine } from "../../../../contract/portal.ts";
import { Button } from "../../../../ui/button.tsx";
import { FailureMessage } from "../../../../ui/failure-message.tsx";
import { isTold } from "../connect/after-change.ts";
import { useConnect, wishOf } from "../connect/connect.ts";
import { Card } from "../panel/card.tsx";
import { useDesk } from "../store.ts";
import { OverlapFigure } from "./overlap-figure.tsx";
import type { Overlapping } from "./overlap-picture.ts";
import { namedDevices, overlapPictureOf } from "./overlap-picture.ts";

/** The same addresses on both sides: a picture of what would happen, and the cure as a button. */
export function OverlapCard({ machine, status }: { readonly machine: Machine; readonly status: Overlapping }) {
  const { t } = useTranslation();
  const picture = overlapPictureOf(status, namedDevices(machine.networks));
  const { start, disconnect } = useConnect.getState();
  const wish = useConnect((all) => wishOf(all, machine.id));
  const working = useConnect((all) => all.working.get(machine.id));
  const failure = useConnect(({ failures }) => failures.get(machine.id) ?? null);
  const values = { ...picture, machine: machine.name, name: picture.localName ?? "none" };
  return (
    <Card title={t(`panels.overlap.title.${picture.kind}`, values)} kind="trouble">
      <OverlapFigure picture={picture} machine={machine.name} />
      <p>{t(`panels.overlap.text.${picture.kind}`, values)}</p>
      <p>
        <strong>{t("panels.overlap.nothingChanged")}</strong> {t("panels.overlap.cureText")}
      </p>
      {failure !== null && !isTold(failure, status) && (
        <FailureMessage failure={failure} values={{ machine: machine.name }} />
      )}
      <div className="panel-actions">
        <Button
          kind="primary"
          isDisabled={working !== undefined}
          onPress={() => void start(machine.id, { ...wish, standIn: true })}
        >
          {t(working === undefined ? "panels.overlap.cure" : "panels.overlap.curing")}
        </Button>
        {picture.kind === "machine" && picture.localName !== null && (
          <SwapButton machine={machine.id} other={picture.localName} />
        )}
        <Button kind="quiet" onPress={() => void disconnect(machine.id)}>
          {t("panels.trouble.dismiss")}
        </Button>
      </div>
      <p className="panel-quiet">{t("panels.overlap.otherwise")}</p>
    </Card>
  );
}

/** Ends the connection that holds the addresses, then makes the one that wants them. */
function SwapButton({ machine, other }: { readonly machine: string; readonly other: string }) {
  const { t } = useTranslation();
  const { start, disconnect } = useConnect.getState();
  const wish = useConnect((all) => wishOf(all, machine));
  const held = useDesk(({ state }) => state?.connections.find(({ name }) => name === other)?.machine);
  if (held === undefined) return null;
  return (
    <Button onPress={() => void disconnect(held).then(() => start(machine, wish))}>
      {t("panels.overlap.swap", { other })}
    </Button>
  );
}
