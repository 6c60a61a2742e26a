import { useTranslation } from "react-i18next";
import { Icon } from "../../../../ui/icon.tsx";
import type { OverlapPicture } from "./overlap-picture.ts";

/**
 * Your side, the machine's side with the same addresses, and the packet that stays here instead of going there; below it the way
 * that a stand-in address takes.
 */
export function OverlapFigure({ picture, machine }: { readonly picture: OverlapPicture; readonly machine: string }) {
  const { t } = useTranslation();
  const { kind, local, localName, network, packet } = picture;
  const values = { local, network, packet, machine, name: localName ?? "none" };
  return (
    <figure className="overlap" role="img" aria-label={t(`panels.overlap.picture.${kind}`, values)}>
      <div className="overlap-side" data-side="here">
        <Icon name="laptop" />
        <span className="overlap-where">{t(`panels.overlap.side.${kind}`, values)}</span>
        <code>{local}</code>
        {localName !== null && <span className="overlap-name">{localName}</span>}
      </div>
      <div className="overlap-between">
        <div className="overlap-lane">
          <span className="overlap-label">
            {t("panels.overlap.packet")} <code>{packet}</code>
          </span>
          <svg viewBox="0 0 200 56" preserveAspectRatio="none" aria-hidden="true" data-lane="lost">
            <path d="M0 14H112a14 14 0 0 1 0 28H10" />
          </svg>
          <svg className="overlap-head" viewBox="0 0 12 12" aria-hidden="true" data-lane="lost">
            <path d="M10 1L2 6l8 5z" />
          </svg>
          <span className="overlap-stop" aria-hidden="true">
            <Icon name="close" />
          </span>
        </div>
        <div className="overlap-lane">
          <span className="overlap-label">
            {t("panels.overlap.packet")} <code>100.64.…</code>
          </span>
          <svg viewBox="0 0 200 20" preserveAspectRatio="none" aria-hidden="true" data-lane="through">
            <path d="M0 10H196" />
          </svg>
          <svg className="overlap-head" viewBox="0 0 12 12" aria-hidden="true" data-lane="through">
            <path d="M2 1l8 5-8 5z" />
          </svg>
        </div>
      </div>
      <div className="overlap-side" data-side="there">
        <Icon name="device" />
        <span className="overlap-where">{machine}</span>
        <code>{network}</code>
        <span className="overlap-name">{t("panels.overlap.alsoAs")}</span>
      </div>
    </figure>
  );
}
