import { assertNever } from "../core/assert-never.ts";
import type { Effect } from "../core/effects.ts";
import type { MachinesActor } from "./machines/machines.ts";
import type { PortalEvents } from "./portal/portal-events.ts";
import type { SignIn } from "./session/sign-in.ts";
import type { EchoWatch } from "./tunnel/echo-watch.ts";
import type { Retry } from "./tunnel/retry.ts";
import type { TunnelActor } from "./tunnel/tunnel.ts";

export interface Performers {
  readonly signIn: SignIn;
  readonly events: PortalEvents;
  readonly tunnel: TunnelActor;
  readonly retry: Retry;
  readonly echo: EchoWatch;
  readonly machines: MachinesActor;
}

/** Hands every effect to the one who carries it out. What comes of it arrives as events. */
export function makePerformer(performers: Performers): (effect: Effect) => void {
  const { signIn, events, tunnel, retry, echo, machines } = performers;
  return (effect) => {
    switch (effect.type) {
      case "resumeSignIn":
        signIn.resume();
        break;
      case "endSession":
        events.stop();
        signIn.end(effect.tell ? "tell" : "known", tunnel.settled());
        break;
      case "startTunnel":
        tunnel.start();
        break;
      case "closeTunnel":
        tunnel.close();
        break;
      case "adoptTunnel":
        tunnel.adopt(effect.ticket);
        break;
      case "scheduleRetry":
        retry.schedule(effect.delayMs);
        break;
      case "cancelRetry":
        retry.cancel();
        break;
      case "probeTunnel":
        echo.probeTunnel();
        break;
      case "setRoutes":
        machines.setRoutes(effect);
        break;
      case "requestIntent":
        void machines.requestIntent(effect);
        break;
      case "closeIntent":
        void machines.closeIntent(effect);
        break;
      case "reportIntent":
        machines.reportIntent(effect);
        break;
      default:
        assertNever(effect);
    }
  };
}
