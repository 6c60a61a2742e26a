import type { Static } from "typebox";
import { Type } from "typebox";
import { closed, decoder, nullable } from "../../../contract/decoder.ts";
import { Intent } from "../../../contract/portal.ts";
import { Endpoint } from "../../../contract/state.ts";
import { Cidr, Host, Id, Name, Port, text } from "../../../contract/values.ts";

/** What a restarted agent must know of the tunnel that its predecessor left in the helper. No secret. */
export const KeptTunnel = closed({
  ticket: Id,
  endpoint: Endpoint,
  identity: closed({ portal: Host, account: Name, user: Name }),
  connections: Type.Array(
    closed({
      intent: Intent,
      networks: nullable(Type.Array(Cidr, { maxItems: 64 })),
      orderNumber: text(100),
      reason: text(1000),
    }),
    { maxItems: 64 },
  ),
});
export type KeptTunnel = Static<typeof KeptTunnel>;

export const TunnelFile = closed({
  version: Type.Literal(1),
  /** The last ticket that was handed to the helper: a tunnel by that name is ours, up or not. */
  ticket: nullable(Id),
  /** Where that ticket's portal listens for tunnels: a way is opened there while the next ticket is drawn. */
  endpoints: Type.Optional(
    closed({ portal: Host, list: Type.Array(closed({ host: Host, port: Port }), { maxItems: 16 }) }),
  ),
  /** What stood in the tunnel when it was up last. */
  tunnel: nullable(KeptTunnel),
});
export type TunnelFile = Static<typeof TunnelFile>;
export const decodeTunnelFile = decoder("tunnel", TunnelFile);
export const noTunnel: TunnelFile = { version: 1, ticket: null, tunnel: null };
