import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Failure } from "../../../../contract/causes.ts";
import type { About } from "../../../../contract/window.ts";
import { Button } from "../../../../ui/button.tsx";
import { FailureMessage } from "../../../../ui/failure-message.tsx";
import { bridge } from "../bridge.ts";
import { useAbout } from "./read-about.ts";

type LinkName = About["links"][number];

/** Pages outside, as far as this build names them; what could not be opened is said. */
export function Links({
  names,
  kind = "plain",
}: {
  readonly names: readonly LinkName[];
  readonly kind?: "plain" | "quiet";
}) {
  const { t } = useTranslation();
  const { about } = useAbout();
  const [failure, setFailure] = useState<Failure | null>(null);
  const open = async (link: LinkName): Promise<void> => {
    setFailure(null);
    const done = await bridge.openLink({ link });
    if (done.type === "refusal") setFailure(done.failure);
  };
  const offered = names.filter((name) => about?.links.includes(name));
  if (offered.length === 0) return null;
  return (
    <>
      {offered.map((name) => (
        <Button key={name} kind={kind} onPress={() => void open(name)}>
          {t(`panels.about.${name}`)}
        </Button>
      ))}
      {failure !== null && <FailureMessage failure={failure} />}
    </>
  );
}
