import { useCallback, useEffect, useRef, useState } from "react";
import type { Failure } from "../../contract/causes.ts";
import { failureOf } from "../../contract/causes.ts";
import type { TunnelList } from "../../contract/portal.ts";
import { api } from "./api.ts";

export type OwnTunnel = TunnelList["tunnels"][number];

/** The portal says nothing when a laptop dials, and one that hangs up is told by its connections alone: asked as long as one looks. */
const askAgainMs = 2000;

/** The tunnel that is meant: the only one, or the one that was chosen if it still stands. */
export function tunnelOf(tunnels: readonly OwnTunnel[], chosen: string | null): string | null {
  const [only, another] = tunnels;
  if (only !== undefined && another === undefined) return only.id;
  return tunnels.find(({ id }) => id === chosen)?.id ?? null;
}

type Tunnels = {
  /** Null until it is known. */
  readonly tunnels: readonly OwnTunnel[] | null;
  readonly failure: Failure | null;
  /** The portal knows the tunnel no more: none is believed until it was asked again. */
  readonly again: () => Promise<readonly OwnTunnel[]>;
};

/** One's own laptops that have dialled, and how that changes. */
export function useTunnels(): Tunnels {
  const [tunnels, setTunnels] = useState<readonly OwnTunnel[] | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const newest = useRef(0);

  const ask = useCallback(async (): Promise<readonly OwnTunnel[]> => {
    newest.current += 1;
    const own = newest.current;
    const list = await api.tunnels();
    if (own === newest.current) {
      setTunnels(list.tunnels);
      setFailure(null);
    }
    return list.tunnels;
  }, []);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let open = true;
    const follow = async (): Promise<void> => {
      await ask().catch((error: unknown) => open && setFailure(failureOf(error)));
      if (open) timer = setTimeout(() => void follow(), askAgainMs);
    };
    void follow();
    return () => {
      open = false;
      newest.current += 1;
      clearTimeout(timer);
    };
  }, [ask]);

  const again = useCallback(async (): Promise<readonly OwnTunnel[]> => {
    setTunnels([]);
    return await ask();
  }, [ask]);
  return { tunnels, failure, again };
}
