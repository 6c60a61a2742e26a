import { useTranslation } from "react-i18next";
import type { Cause, Failure } from "../../../../contract/causes.ts";
import { Button } from "../../../../ui/button.tsx";
import { FailureMessage } from "../../../../ui/failure-message.tsx";
import { seekProxySetting } from "../settings/proxy-form.ts";

/** What another proxy setting may cure. Where a proxy is compulsory and none is set, the rest of the world has no names either. */
const ofProxies: ReadonlySet<Cause> = new Set<Cause>([
  "nameNotFound",
  "noWay",
  "proxyUnreachable",
  "proxyAuthRequired",
  "proxyAuthRefused",
  "proxyForbids",
  "proxySettingInvalid",
]);

type WayFailureProps = { readonly failure: Failure; readonly portal: string; readonly advice?: string };

/** Why the portal was not reached or did not let anybody in, and the way to the proxy setting where that is what can help. */
export function WayFailure({ failure, portal, advice }: WayFailureProps) {
  const { t } = useTranslation();
  return (
    <FailureMessage failure={failure} values={{ portal }} {...(advice === undefined ? {} : { advice })}>
      {ofProxies.has(failure.cause) ? <Button onPress={seekProxySetting}>{t("desktop.toProxy")}</Button> : undefined}
    </FailureMessage>
  );
}
