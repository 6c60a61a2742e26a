import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ManagementEvent } from "./management-lines.ts";
import { ManagementError, ManagementReader } from "./management-lines.ts";

const connect = [
  ">INFO:OpenVPN Management Interface Version 5 -- type 'help' for more info",
  ">HOLD:Waiting for hold release:0",
  "SUCCESS: hold release succeeded",
  ">STATE:1700000000,CONNECTED,SUCCESS,,,,,",
  ">CLIENT:CONNECT,0,1",
  ">CLIENT:ENV,n_clients=0",
  ">CLIENT:ENV,password=a=b,c",
  ">CLIENT:ENV,untrusted_port=50298",
  ">CLIENT:ENV,username=T-77",
  ">CLIENT:ENV,END",
  ">CLIENT:ADDRESS,0,10.77.8.5,1",
  ">CLIENT:ESTABLISHED,0",
  ">CLIENT:ENV,END",
  ">BYTECOUNT_CLI:0,100,200",
  "ERROR: command failed",
  ">CLIENT:DISCONNECT,0",
  ">CLIENT:ENV,bytes_received=100",
  ">CLIENT:ENV,END",
  "",
].join("\r\n");

const readAll = (text: string) => new ManagementReader().push(text);

describe("management lines", () => {
  it("become events", () => {
    expect(readAll(connect)).toEqual([
      { kind: "hold" },
      { kind: "state", state: "CONNECTED" },
      {
        kind: "client",
        what: "CONNECT",
        cid: 0,
        kid: 1,
        env: new Map([
          ["n_clients", "0"],
          ["password", "a=b,c"],
          ["untrusted_port", "50298"],
          ["username", "T-77"],
        ]),
      },
      { kind: "client", what: "ESTABLISHED", cid: 0, kid: 0, env: new Map() },
      { kind: "bytes", cid: 0, received: 100, sent: 200 },
      { kind: "error", text: "command failed" },
      { kind: "client", what: "DISCONNECT", cid: 0, kid: 0, env: new Map([["bytes_received", "100"]]) },
    ]);
  });

  it("are the same in whatever pieces they come", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(connect.length), { maxLength: 30 }), (cuts) => {
        const reader = new ManagementReader();
        const events: ManagementEvent[] = [];
        const places = [0, ...cuts.sort((a, b) => a - b), connect.length];
        for (const [at, from] of places.entries())
          events.push(...reader.push(connect.slice(from, places[at + 1] ?? from)));
        expect(events).toEqual(readAll(connect));
      }),
    );
  });

  it("of a client that names itself twice count as OpenVPN's own, which come last", () => {
    const [event] = readAll(
      ">CLIENT:CONNECT,1,1\n>CLIENT:ENV,username=forged\n>CLIENT:ENV,username=own\n>CLIENT:ENV,END\n",
    );
    expect(event?.kind === "client" ? event.env.get("username") : "").toBe("own");
  });

  it.each([
    ["a line without end", "x".repeat(20_000)],
    ["ENV of nobody", ">CLIENT:ENV,a=b\n"],
    ["a client without a number", ">CLIENT:CONNECT,x,1\n"],
    ["a count that is none", ">BYTECOUNT_CLI:1,2,-3\n"],
    [
      "ENV without end",
      `>CLIENT:CONNECT,0,1\n${Array.from({ length: 600 }, (_, n) => `>CLIENT:ENV,n${n}=1\n`).join("")}`,
    ],
  ])("end the process when they are none: %s", (_what, text) => {
    expect(() => readAll(text)).toThrow(ManagementError);
  });

  it("never throw anything else", () => {
    const line = fc.oneof(
      fc.string({ unit: "binary" }),
      fc
        .tuple(
          fc.constantFrom(">CLIENT:", ">CLIENT:ENV,", ">STATE:", ">BYTECOUNT_CLI:", ">HOLD:", "ERROR:"),
          fc.string(),
        )
        .map(([start, rest]) => start + rest),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        try {
          readAll(lines.map((text) => `${text}\n`).join(""));
        } catch (error) {
          expect(error).toBeInstanceOf(ManagementError);
        }
      }),
    );
  });
});
