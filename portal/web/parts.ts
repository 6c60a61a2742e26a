import type { Static } from "typebox";
import type { Pins } from "../../contract/portal.ts";
import type { Checks } from "./checks.ts";
import type { EventHub } from "./events.ts";
import type { History } from "./history.ts";
import type { Intents } from "./intents.ts";
import type { MachineList } from "./machine-list.ts";
import type { OwnPassword } from "./own-password.ts";
import type { OwnSecondFactor } from "./own-second-factor.ts";
import type { OwnSessions } from "./own-sessions.ts";
import type { Review } from "./review.ts";
import type { RouterOrderBook } from "./router-orders.ts";
import type { Routers } from "./routers.ts";
import type { Sessions } from "./sessions.ts";
import type { SignIn } from "./sign-in.ts";
import type { StandIns } from "./stand-ins.ts";
import type { Store } from "./store/store.ts";
import type { Tickets } from "./tickets.ts";
import type { Tunnels } from "./tunnels.ts";

/** What the routes are made of. */
export interface Parts {
  readonly store: Store;
  readonly sessions: Sessions;
  readonly signIn: SignIn;
  readonly ownSessions: OwnSessions;
  readonly ownPassword: OwnPassword;
  readonly ownSecondFactor: OwnSecondFactor;
  readonly review: Pick<Review, "sessionsEnded">;
  readonly tunnels: Tunnels;
  readonly tickets: Tickets;
  readonly routers: Routers;
  readonly intents: Intents;
  readonly list: MachineList;
  readonly standIns: StandIns;
  readonly orders: RouterOrderBook;
  readonly checks: Checks;
  readonly history: History;
  readonly events: EventHub;
  readonly pins: () => Static<typeof Pins>;
}
