import type { Figure } from "./figure.ts";
import type { Office } from "./office.ts";
import { cold } from "./rows/cold.ts";
import { connect } from "./rows/connect.ts";
import { dial, dialRested } from "./rows/dial.ts";
import { front } from "./rows/front.ts";
import { portal } from "./rows/portal.ts";
import { recovery } from "./rows/recovery.ts";
import { routes } from "./rows/routes.ts";
import { throughput } from "./rows/throughput.ts";
import { weight } from "./rows/weight.ts";
import { desktopWindow } from "./rows/window.ts";

export type Row = {
  readonly name: string;
  readonly what: string;
  readonly measure: (office: Office) => Promise<readonly Figure[]>;
};

export const rows: readonly Row[] = [
  { name: "dial", what: "dial to first echo, against stock tools", measure: dial },
  { name: "rested", what: "dial after a rest", measure: dialRested },
  { name: "cold", what: "first dial in an unknown place, also with 1194 dropped", measure: cold },
  { name: "connect", what: "click to echo from the router", measure: connect },
  { name: "routes", what: "2,000 routes, against ip -batch", measure: routes },
  { name: "throughput", what: "front and relay against bare OpenVPN", measure: throughput },
  { name: "recovery", what: "back after a crash and a pulled cable", measure: recovery },
  { name: "weight", what: "start, memory and idling of helper and agent", measure: weight },
  { name: "front", what: "1,000 forwarded connections", measure: front },
  { name: "portal", what: "250 clients within a minute, 20,000 machines, sign-ins", measure: portal },
  {
    name: "window",
    what: "search, scrolling, start and state changes of the desktop window",
    measure: desktopWindow,
  },
];
