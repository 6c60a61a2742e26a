import { type KeyboardEvent, type RefObject, useEffect, useLayoutEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Connection } from "../../../../contract/state.ts";
import { useConnect } from "../connect/connect.ts";
import { useNow } from "../moment.ts";
import { useDesk } from "../store.ts";
import { GroupRow } from "./group-row.tsx";
import { isBelieved } from "./machine-look.ts";
import { MachineRow } from "./machine-row.tsx";
import type { Row } from "./rows.ts";
import { useTextScale } from "./text-scale.ts";
import { offsetsOf, useRange } from "./virtual.ts";

type RowGridProps = {
  readonly ref: RefObject<HTMLDivElement | null>;
  readonly rows: readonly Row[];
  readonly activeIndex: number;
  /** Whether the active row is one that was chosen, and not only where the focus would go. */
  readonly isChosen: boolean;
  readonly onActivate: (key: string) => void;
  readonly onToggle: (key: string) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
};

const noConnections: ReadonlyMap<string, Connection> = new Map();

/** The rows that are in view, of however many there are. One of them has the focus; the arrow keys move it. */
export function RowGrid({ ref, rows, activeIndex, isChosen, onActivate, onToggle, onKeyDown }: RowGridProps) {
  const { t } = useTranslation();
  const scale = useTextScale();
  const offsets = useMemo(() => offsetsOf(rows), [rows]);
  const range = useRange(ref, offsets, scale);
  const connections = useConnections();
  const working = useConnect((connect) => connect.working);
  const known = useDesk((desk) => desk.machinesFrom === null && desk.agent.link === "attached");
  const believed = useDesk(isBelieved);
  const now = useNow(60_000);
  const active = rows[activeIndex];
  useActiveInView(ref, offsets, activeIndex, active?.key, scale);

  const indexes = Array.from({ length: range.last - range.first + 1 }, (_, index) => range.first + index);
  // The active row is always there: it is what the focus is on.
  if (active !== undefined && (activeIndex < range.first || activeIndex > range.last)) indexes.push(activeIndex);

  return (
    <div
      ref={ref}
      className="rows"
      role="treegrid"
      aria-label={t("desktop.machines.title")}
      aria-rowcount={rows.length}
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      <div className="rows-length" role="presentation" style={{ height: (offsets[rows.length] ?? 0) * scale }}>
        {indexes.map((index) => {
          const row = rows[index];
          if (row === undefined) return null;
          const place = { index, top: (offsets[index] ?? 0) * scale, isActive: index === activeIndex };
          return row.kind === "group" ? (
            <GroupRow key={row.key} row={row} {...place} onToggle={onToggle} />
          ) : (
            <MachineRow
              key={row.key}
              entry={row.entry}
              underCustomer={row.underCustomer}
              {...place}
              isChosen={place.isActive && isChosen}
              connection={connections.get(row.key)}
              working={working.get(row.key)}
              believed={believed}
              known={known}
              now={now}
              onActivate={onActivate}
            />
          );
        })}
      </div>
    </div>
  );
}

function useConnections(): ReadonlyMap<string, Connection> {
  const connections = useDesk((desk) => desk.state?.connections);
  return useMemo(() => {
    if (connections === undefined || connections.length === 0) return noConnections;
    return new Map(connections.map((connection) => [connection.machine, connection]));
  }, [connections]);
}

/** Scrolls as far as is needed to see the active row when another becomes active, and takes the focus along. */
function useActiveInView(
  ref: RefObject<HTMLDivElement | null>,
  offsets: Float64Array,
  index: number,
  key: string | undefined,
  scale: number,
): void {
  const before = useRef(key);
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null || before.current === key) return;
    before.current = key;
    const top = (offsets[index] ?? 0) * scale;
    const bottom = (offsets[index + 1] ?? 0) * scale;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (bottom > element.scrollTop + element.clientHeight) element.scrollTop = bottom - element.clientHeight;
  }, [ref, offsets, index, key, scale]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: when another row is the active one
  useEffect(() => {
    const element = ref.current;
    if (element?.contains(document.activeElement)) {
      element.querySelector<HTMLElement>("[role=row][tabindex='0']")?.focus({ preventScroll: true });
    }
  }, [ref, key]);
}
