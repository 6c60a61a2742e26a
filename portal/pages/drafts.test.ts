import { beforeEach, expect, it } from "vitest";
import { useDrafts } from "./drafts.ts";

const drafts = () => useDrafts.getState();

beforeEach(() => {
  drafts().own("nobody");
  drafts().own("acme/anna");
});

it("stays until it is saved or used", () => {
  drafts().setNote("i1", "Lüfter getauscht");
  drafts().setOrder("m1", { orderNumber: "A-4711", reason: "" });
  drafts().setNote("i2", "");
  drafts().setNote("i2", null);
  expect([...drafts().notes]).toEqual([["i1", "Lüfter getauscht"]]);
  drafts().setOrder("m1", null);
  expect(drafts().orders.size).toBe(0);
});

it("is there for whoever wrote it after a new sign-in, and for nobody else", () => {
  drafts().setNote("i1", "Lüfter getauscht");
  drafts().own("acme/anna");
  expect(drafts().notes.get("i1")).toBe("Lüfter getauscht");
  drafts().own("acme/bo");
  drafts().own("acme/anna");
  expect(drafts().notes.size).toBe(0);
});
