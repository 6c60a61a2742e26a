import type { ManagementEvent } from "../../../portal/exchange/management-lines.ts";
import { ManagementError, ManagementReader } from "../../../portal/exchange/management-lines.ts";
import { attempt, expectHolds, expectSame, pieces, type Target } from "../target.ts";

const session = `>INFO:OpenVPN Management Interface Version 5\r
>HOLD:Waiting for hold release:0\r
>STATE:1795288077,CONNECTED,SUCCESS,,,,,\r
>CLIENT:CONNECT,0,1\r
>CLIENT:ENV,n_clients=0\r
>CLIENT:ENV,password=one-time=1\r
>CLIENT:ENV,untrusted_port=50298\r
>CLIENT:ENV,username=T-77\r
>CLIENT:ENV,tls_digest_sha256_0=aa:bb\r
>CLIENT:ENV,END\r
SUCCESS: client-auth command succeeded\r
>CLIENT:ESTABLISHED,0\r
>CLIENT:ENV,END\r
>BYTECOUNT_CLI:0,1000,2000\r
>CLIENT:REAUTH,0,3\r
>CLIENT:ENV,END\r
ERROR: client-deny command failed\r
>CLIENT:DISCONNECT,0\r
>CLIENT:ENV,bytes_received=1\r
>CLIENT:ENV,END\r
`;

const longestChecked = 16_384;

export const exchangeTargets: readonly Target[] = [
  {
    name: "exchange: management lines",
    seeds: () =>
      [session, ">CLIENT:ENV,END\n", ">CLIENT:CONNECT,99999999999999999999,1\n", `>CLIENT:CONNECT,0,1\n>HOLD:\n`].map(
        (text) => Buffer.from(text),
      ),
    words: [
      ">CLIENT:",
      "ENV,",
      "END",
      "\n",
      "\r\n",
      ",",
      "=",
      ">BYTECOUNT_CLI:",
      "-1",
      "0x1",
      "1e9",
      "\0",
      ">CLIENT:CONNECT,1,1\n",
    ],
    check: (input, draw) => {
      const text = input.toString("latin1");
      const whole = attempt(() => new ManagementReader().push(text), ManagementError);
      for (const event of whole?.value ?? []) checkEvent(event);
      if (whole === undefined || input.length > longestChecked) return;
      const reader = new ManagementReader();
      const cut = attempt(
        () => pieces(input, draw).flatMap((piece) => reader.push(piece.toString("latin1"))),
        ManagementError,
      );
      expectSame(cut?.value.map(shown), whole.value.map(shown), "another cut, other events");
    },
  },
];

function checkEvent(event: ManagementEvent): void {
  if (event.kind === "client") {
    expectHolds(Number.isSafeInteger(event.cid) && event.cid >= 0, "a client's number");
    expectHolds(Number.isSafeInteger(event.kid) && event.kid >= 0, "a key's number");
    for (const [name, value] of event.env) expectHolds(!/[\n]/.test(name + value), "a value of two lines");
  }
  if (event.kind === "bytes") expectHolds(event.received >= 0 && event.sent >= 0, "a count below zero");
}

function shown(event: ManagementEvent): unknown {
  return event.kind === "client" ? { ...event, env: [...event.env] } : event;
}
