import { expect, test } from "vitest";
import { machine } from "../testing/machines.ts";
import { foundWish } from "./found-wish.ts";

const both = {
  ...machine(1),
  networks: ["10.1.0.0/24", "10.2.0.0/24"].map((network) => ({ network, standIn: null, only: null })),
};
const [first] = both.networks;

test("order and reason of a connection that was made elsewhere come from the journal", () => {
  expect(foundWish(both, both, { orderNumber: "4711", reason: "bearing" })).toEqual({
    networks: null,
    orderNumber: "4711",
    reason: "bearing",
    standIn: false,
  });
});

test("of several networks only those are asked for that it has, and a stand-in again where it has one", () => {
  const networks = [{ ...first!, standIn: "100.64.1.0/24" }];
  expect(foundWish(both, { networks }, undefined)).toEqual({
    networks: ["10.1.0.0/24"],
    orderNumber: "",
    reason: "",
    standIn: true,
  });
});
