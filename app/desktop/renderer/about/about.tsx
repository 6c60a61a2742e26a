import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { About as AboutAnswer } from "../../../../contract/window.ts";
import { FailureMessage } from "../../../../ui/failure-message.tsx";
import { Card } from "../panel/card.tsx";
import { CopyButton } from "../panel/copy-button.tsx";
import { Place } from "../panel/place.tsx";
import { Scrolling } from "../panel/scrolling.tsx";
import { Search } from "../panel/search.tsx";
import { findLicences } from "./licences.ts";
import { Links } from "./links.tsx";
import { useAbout } from "./read-about.ts";
import "../panel/panel.css";
import "./about.css";

const linkNames = ["documentation", "proxies", "support"] as const;

/** Version, parts and licences. */
export function About() {
  const { t } = useTranslation();
  const { about, failure } = useAbout();
  return (
    <Place name="about" title={t("panels.about.title")} intro={t("panels.about.intro")}>
      {about === null && failure !== null ? (
        <FailureMessage failure={failure} />
      ) : about === null ? (
        <p className="panel-quiet">{t("panels.loading")}</p>
      ) : (
        <>
          <Version about={about} />
          <Licences licences={about.licences} />
        </>
      )}
    </Place>
  );
}

function Version({ about }: { readonly about: AboutAnswer }) {
  const { t } = useTranslation();
  const lines = [`Anslut ${about.version}`, ...about.parts.map(({ name, version }) => `${name} ${version}`)];
  return (
    <Card
      title={t("panels.about.version", { version: about.version })}
      aside={<CopyButton text={lines.join("\n")} what={t("panels.about.versions")} words={t("panels.copy.word")} />}
    >
      <dl className="about-parts">
        {about.parts.map(({ name, version }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{version}</dd>
          </div>
        ))}
      </dl>
      {about.links.length > 0 && (
        <div className="panel-actions">
          <Links names={linkNames} />
        </div>
      )}
    </Card>
  );
}

function Licences({ licences }: { readonly licences: AboutAnswer["licences"] }) {
  const { t } = useTranslation();
  const [search, setSearch] = useState("");
  const found = findLicences(licences, search);
  return (
    <Card title={t("panels.about.licences")}>
      <div className="about-bar">
        <Search label={t("panels.about.search")} value={search} onChange={setSearch} />
        <p className="panel-quiet" role="status">
          {t("panels.about.count", { count: found.length })}
        </p>
      </div>
      {found.length === 0 ? (
        <p className="panel-quiet">{t("panels.about.none")}</p>
      ) : (
        <Scrolling className="about-licences" label={t("panels.about.list")}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t("panels.about.part")}</th>
                <th scope="col">{t("panels.about.partVersion")}</th>
                <th scope="col">{t("panels.about.licence")}</th>
              </tr>
            </thead>
            <tbody>
              {found.map(({ name, version, licence }) => (
                <tr key={`${name} ${version}`}>
                  <th scope="row">{name}</th>
                  <td>{version}</td>
                  <td>{licence}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scrolling>
      )}
    </Card>
  );
}
