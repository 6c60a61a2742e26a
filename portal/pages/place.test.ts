import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addressOf, machineStates, type Place, placeOf } from "./place.ts";

describe("the address of a page", () => {
  const placeAt = (address: string): Place => {
    const url = new URL(address, "https://portal.example");
    return placeOf(url.pathname, url.search);
  };

  it.each([
    ["/", { page: "overview", search: "", state: "all" }],
    ["/?search=press+17&state=online", { page: "overview", search: "press 17", state: "online" }],
    ["/?state=broken", { page: "overview", search: "", state: "all" }],
    ["/machines/m17", { page: "machine", machine: "m17" }],
    ["/machines/m17/", { page: "machine", machine: "m17" }],
    ["/profile", { page: "profile" }],
    ["/profile/x", { page: "nowhere" }],
    ["/machines", { page: "nowhere" }],
    ["/machines/a/b", { page: "nowhere" }],
    ["/machines/%2e%2e%2fme", { page: "nowhere" }],
    [`/machines/${"x".repeat(65)}`, { page: "nowhere" }],
  ] as const)("%s is %j", (address, place) => expect(placeAt(address)).toEqual(place));

  it("leads back to the same place, whatever was searched for", () => {
    const search = fc.string({ unit: "grapheme", maxLength: 40 });
    fc.assert(
      fc.property(search, fc.constantFrom(...machineStates), (text, state) => {
        const place = { page: "overview", search: text, state } as const;
        expect(placeAt(addressOf(place))).toEqual(place);
      }),
    );
    expect(addressOf({ page: "machine", machine: "m17" })).toBe("/machines/m17");
    expect(addressOf({ page: "profile" })).toBe("/profile");
  });
});
