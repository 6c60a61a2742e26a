import { useTranslation } from "react-i18next";
import type { Diagnosis } from "../../../../contract/agent.ts";
import { Card } from "../panel/card.tsx";
import { CopyButton } from "../panel/copy-button.tsx";
import { HostName } from "../panel/host-name.tsx";

/** What to ask the customer's IT for: any one line is enough. */
export function Openings({ ask }: { readonly ask: Diagnosis["ask"] }) {
  const { t } = useTranslation();
  const lines = ask.map(({ host, port, through }) => {
    const way = `${host}:${port}`;
    return { way, text: through === null ? `TCP ${way}` : t("panels.doctor.through", { way, proxy: through }) };
  });
  return (
    <Card title={t("panels.doctor.ask")}>
      <p>{t("panels.doctor.askText")}</p>
      <ul className="doctor-openings">
        {lines.map(({ text }) => (
          <li key={text}>
            <code>
              <HostName text={text} />
            </code>
            <CopyButton text={text} what={text} />
          </li>
        ))}
      </ul>
    </Card>
  );
}
