import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CauseError } from "../../../../contract/causes.ts";
import { DraftKeeper } from "./draft-keeper.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe("what is typed", () => {
  test("is saved once, a moment after the last key", async () => {
    const saved: string[] = [];
    const keeper = new DraftKeeper<string>(async (key, value) => void saved.push(`${key}=${value}`));
    keeper.edit("m", "a");
    keeper.edit("m", "ab");
    expect(keeper.drafts().get("m")).toEqual({ value: "ab", status: "typing", failure: null });
    await vi.runAllTimersAsync();
    expect(saved).toEqual(["m=ab"]);
    expect(keeper.drafts().get("m")?.status).toBe("saved");
  });

  test("is saved at once when the field is left", async () => {
    const save = vi.fn(async () => undefined);
    const keeper = new DraftKeeper<string>(save);
    keeper.edit("m", "a");
    keeper.flush("m");
    expect(save).toHaveBeenCalledExactlyOnceWith("m", "a");
    await vi.runAllTimersAsync();
    expect(save).toHaveBeenCalledTimes(1);
  });

  test("during a save is saved after it, in its order", async () => {
    const saved: string[] = [];
    const waiting: (() => void)[] = [];
    const keeper = new DraftKeeper<string>(async (_, value) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      saved.push(value);
    });
    keeper.edit("m", "a");
    keeper.flush();
    keeper.edit("m", "ab");
    waiting.shift()?.();
    await vi.runAllTimersAsync();
    expect(saved).toEqual(["a"]);
    waiting.shift()?.();
    await vi.runAllTimersAsync();
    expect(saved).toEqual(["a", "ab"]);
    expect(keeper.drafts().get("m")).toMatchObject({ value: "ab", status: "saved" });
  });

  test("stays when it could not be saved, and is saved when somebody says so", async () => {
    let isThere = false;
    const keeper = new DraftKeeper<string>(async () => {
      if (!isThere) throw new CauseError("agentMissing");
    });
    keeper.edit("m", "precious");
    await vi.runAllTimersAsync();
    expect(keeper.drafts().get("m")).toEqual({
      value: "precious",
      status: "failed",
      failure: { cause: "agentMissing", detail: "" },
    });
    keeper.forgetSaved("m");
    isThere = true;
    keeper.flush();
    await vi.runAllTimersAsync();
    expect(keeper.drafts().get("m")).toMatchObject({ value: "precious", status: "saved" });
  });

  test("gives way to what the agent keeps only once it is saved", async () => {
    const keeper = new DraftKeeper<string>(async () => undefined);
    keeper.edit("m", "a");
    keeper.forgetSaved("m");
    expect(keeper.drafts().has("m")).toBe(true);
    await vi.runAllTimersAsync();
    keeper.forgetSaved("m");
    expect(keeper.drafts().has("m")).toBe(false);
  });
});
