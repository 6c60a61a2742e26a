import type { WindowBridge } from "../../../contract/window.ts";
import { type WindowCallName, type WindowPushName, windowCallNames } from "../../../contract/window-names.ts";

/** What carries calls and pushes: Electron's IPC, or the stage's socket. What it carries is checked on the other side. */
export interface Carrier {
  readonly call: (name: WindowCallName, argument: unknown) => Promise<unknown>;
  /** Says that the page follows a push from now on. */
  readonly follow: (name: WindowPushName) => void;
  /** Calls `listener` with each push until the returned disposer is called. */
  readonly onPush: (listener: (name: unknown, value: unknown) => void) => () => void;
}

/** What the page finds as `window.anslut`: a function for each call that the contract names, and `on`. Nothing of the carrier shows. */
export function makePageBridge(carrier: Carrier): WindowBridge {
  const calls = Object.fromEntries(
    windowCallNames.map((name) => [name, (argument: unknown) => carrier.call(name, argument)] as const),
  );
  const on = (push: WindowPushName, listener: (value: never) => void): (() => void) => {
    const leave = carrier.onPush((name, value) => {
      if (name === push) listener(value as never);
    });
    carrier.follow(push);
    return leave;
  };
  const bridge: Readonly<Record<string, unknown>> = { ...calls, on };
  return bridge as WindowBridge;
}
