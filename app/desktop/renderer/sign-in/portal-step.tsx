import type { FormEvent } from "react";
import { Form } from "react-aria-components/Form";
import { useTranslation } from "react-i18next";
import { Button } from "../../../../ui/button.tsx";
import { Field } from "../../../../ui/field.tsx";
import { portalAttempt, useAttempt } from "./attempt.ts";
import { cleanedAddress } from "./cleaned.ts";
import { useDraft } from "./draft.ts";
import { FingerprintStep } from "./fingerprint-step.tsx";
import { WayFailure } from "./way-failure.tsx";

type PortalStepProps = {
  readonly hasOthers: boolean;
  readonly onBack: () => void;
  readonly onAdded: (host: string) => void;
};

/** Names a portal; looks at it first, and asks about its fingerprint only where this computer does not vouch for it. */
export function PortalStep({ hasOthers, onBack, onAdded }: PortalStepProps) {
  const { t } = useTranslation();
  const address = useDraft((draft) => draft.address);
  const change = useDraft((draft) => draft.change);
  const seen = useDraft((draft) => draft.inspection);
  const { working, failure, send, cancel, forget } = useAttempt(portalAttempt);
  const wanted = cleanedAddress(address);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (wanted === "") return;
    change({ address: wanted });
    const inspection = await send({ type: "inspectPortal", address: wanted });
    if (inspection?.type !== "inspection") return;
    if (!inspection.systemTrust && inspection.authority !== null) {
      change({ inspection, given: "" });
      return;
    }
    const added = await send({ type: "addPortal", address: wanted, fingerprint: null });
    if (added !== undefined) onAdded(inspection.host);
  };

  if (seen !== null) {
    return (
      <FingerprintStep
        inspection={seen}
        address={wanted}
        onBack={() => {
          forget();
          change({ inspection: null });
        }}
        onAdded={onAdded}
      />
    );
  }
  return (
    <Form className="step" data-busy={working} onSubmit={(event) => void submit(event)}>
      <p>{t("desktop.portal.text")}</p>
      <Field
        label={t("desktop.portal.address")}
        description={t("desktop.portal.addressHint")}
        placeholder="portal.example"
        value={address}
        isReadOnly={working}
        onChange={(text) => change({ address: text })}
        onBlur={() => change({ address: wanted })}
        maxLength={300}
        isRequired
        autoFocus
        autoComplete="url"
        spellCheck="false"
      />
      {failure !== null && (
        <WayFailure
          failure={failure}
          portal={wanted.replace(/^https:\/\//i, "").replace(/\/.*/, "")}
          {...(failure.cause === "badRequest" ? { advice: t("desktop.portal.badAddress") } : {})}
        />
      )}
      <div className="actions">
        {working ? (
          <Button onPress={cancel}>{t("desktop.cancel")}</Button>
        ) : (
          hasOthers && <Button onPress={onBack}>{t("desktop.back")}</Button>
        )}
        <Button kind="primary" type="submit" isDisabled={working}>
          {t(working ? "desktop.portal.looking" : "desktop.next")}
        </Button>
      </div>
    </Form>
  );
}
