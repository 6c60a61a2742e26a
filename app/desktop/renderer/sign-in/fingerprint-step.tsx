import { useTranslation } from "react-i18next";
import { Button } from "../../../../ui/button.tsx";
import { Field } from "../../../../ui/field.tsx";
import { Fingerprint } from "../../../../ui/fingerprint.tsx";
import { portalAttempt, useAttempt } from "./attempt.ts";
import { cleanedFingerprint } from "./cleaned.ts";
import type { Inspection } from "./draft.ts";
import { useDraft } from "./draft.ts";
import { WayFailure } from "./way-failure.tsx";

type FingerprintStepProps = {
  readonly inspection: Inspection;
  readonly address: string;
  readonly onBack: () => void;
  readonly onAdded: (host: string) => void;
};

/** The portal vouches for itself: the person compares once. Whoever was given the fingerprint in writing pastes it. */
export function FingerprintStep({ inspection, address, onBack, onAdded }: FingerprintStepProps) {
  const { t } = useTranslation();
  const given = useDraft((draft) => draft.given);
  const change = useDraft((draft) => draft.change);
  const { working, failure, send, cancel } = useAttempt(portalAttempt);
  const { host, authority, authorityName } = inspection;
  const compared = cleanedFingerprint(given);
  const differs = compared.length >= 8 && !(authority ?? "").startsWith(compared);
  const isSame = compared !== "" && compared === authority;

  const add = async (): Promise<void> => {
    const added = await send({ type: "addPortal", address, fingerprint: authority });
    if (added !== undefined) onAdded(host);
  };

  return (
    <div className="step">
      <p>{t("desktop.fingerprint.text", { portal: host, authority: authorityName })}</p>
      <Fingerprint label={t("desktop.fingerprint.label")} value={authority ?? ""} />
      <Field
        label={t("desktop.fingerprint.given")}
        description={t(
          isSame
            ? "desktop.fingerprint.same"
            : differs
              ? "desktop.fingerprint.differs"
              : "desktop.fingerprint.givenHint",
        )}
        value={given}
        onChange={(text) => change({ given: text })}
        isInvalid={differs}
        maxLength={300}
        spellCheck="false"
        autoFocus
      />
      {failure !== null && <WayFailure failure={failure} portal={host} />}
      <div className="actions">
        <Button onPress={working ? cancel : onBack}>{t(working ? "desktop.cancel" : "desktop.back")}</Button>
        <Button kind="primary" onPress={() => void add()} isDisabled={working || differs}>
          {t(working ? "desktop.working" : isSame ? "desktop.fingerprint.add" : "desktop.fingerprint.confirm")}
        </Button>
      </div>
    </div>
  );
}
