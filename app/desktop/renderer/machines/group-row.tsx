import { memo } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "../../../../ui/icon.tsx";
import type { Row } from "./rows.ts";

type GroupRowProps = {
  readonly row: Extract<Row, { readonly kind: "group" }>;
  readonly index: number;
  readonly top: number;
  readonly isActive: boolean;
  readonly onToggle: (key: string) => void;
};

/** Head of a group; closed, it stands for its machines. */
export const GroupRow = memo(function GroupRow({ row, index, top, isActive, onToggle }: GroupRowProps) {
  const { t } = useTranslation();
  const { group, count, open, key } = row;
  const title =
    group.of === "customer"
      ? group.customer === ""
        ? t("desktop.machines.noCustomer")
        : group.customer
      : t(`desktop.machines.${group.of}`);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the treegrid has the keys
    <div
      className="group-row"
      role="row"
      aria-rowindex={index + 1}
      aria-level={1}
      aria-expanded={open}
      tabIndex={isActive ? 0 : -1}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => onToggle(key)}
    >
      <div role="gridcell">
        <Icon name="chevron" />
        <span className="group-title">{title}</span>
        <span className="number">{count}</span>
      </div>
    </div>
  );
});
