import { expect, test } from "vitest";
import { granted } from "../testing/panel-scenes.ts";
import { rightsOf } from "./rights.ts";

const [some, whole] = granted.machine.networks;

test("rights are gathered by device, with the address it has in the tunnel and what listens there", () => {
  expect(some && rightsOf(some)).toEqual({
    kind: "some",
    devices: [
      {
        destination: "192.168.0.10",
        reachedAs: "100.64.17.10",
        allowed: [
          { kind: "ports", protocol: "tcp", first: 102, last: 102, service: "S7" },
          { kind: "ports", protocol: "tcp", first: 80, last: 80, service: "HTTP" },
          { kind: "ping" },
        ],
      },
      {
        destination: "192.168.0.20",
        reachedAs: "100.64.17.20",
        allowed: [{ kind: "ports", protocol: "tcp", first: 5900, last: 5910, service: null }],
      },
    ],
  });
});

test("all of a network and nothing of it are said as such", () => {
  expect(whole && rightsOf(whole)).toEqual({ kind: "whole" });
  expect(rightsOf({ network: "10.0.0.0/24", standIn: null, only: [] })).toEqual({ kind: "nothing" });
});

test("a grant for a part of a network keeps its size", () => {
  const only = [{ destination: "192.168.0.64/26", protocol: "udp" as const, ports: null }];
  const rights = rightsOf({ network: "192.168.0.0/24", standIn: "100.64.1.0/24", only });
  expect(rights).toMatchObject({ devices: [{ destination: "192.168.0.64/26", reachedAs: "100.64.1.64/26" }] });
});
