import { expect, onTestFinished, test, vi } from "vitest";
import { hasSessionBus, openSessionBus } from "./testing/session-bus.ts";
import { hasTray, TrayPresence } from "./tray-presence.ts";

function bed(...answers: readonly boolean[]) {
  const left = [...answers];
  const seen = { asked: 0, waitedMs: 0, came: 0 };
  const presence = new TrayPresence({
    ask: async () => {
      seen.asked += 1;
      return left.length > 1 ? (left.shift() ?? false) : (left[0] ?? false);
    },
    wait: async (milliseconds) => {
      seen.waitedMs += milliseconds;
    },
  });
  presence.onCome(() => {
    seen.came += 1;
  });
  return { presence, seen };
}

test("a panel that comes after the program, at log-in, gets the icon, and the window stays hidden", async () => {
  const { presence, seen } = bed(false, false, false, true);
  expect(await presence.look()).toBe(false);
  expect(await presence.come()).toBe(true);
  expect(seen).toEqual({ asked: 4, waitedMs: 3000, came: 1 });
});

test("a desktop without one is waited for half a minute and no longer", async () => {
  const { presence, seen } = bed(false);
  expect(await presence.come()).toBe(false);
  expect(seen).toMatchObject({ waitedMs: 30_000, came: 0 });
});

test("one that is there needs no waiting; one that went is noticed when the window is closed", async () => {
  const { presence, seen } = bed(true, false, true);
  await presence.look();
  expect(await presence.come()).toBe(true);
  expect(seen).toEqual({ asked: 1, waitedMs: 0, came: 1 });
  expect(await presence.look()).toBe(false);
  expect(presence.isThere).toBe(false);
  expect(await presence.look()).toBe(true);
  expect(seen.came).toBe(2);
});

test("Windows and macOS always have one", async () => {
  expect([await hasTray("win32"), await hasTray("darwin")]).toEqual([true, true]);
});

test.runIf(hasSessionBus)(
  "on Linux it is whoever watches for icons on the session bus, as long as they do",
  async () => {
    const bus = await openSessionBus();
    onTestFinished(() => bus.close());
    vi.stubEnv("DBUS_SESSION_BUS_ADDRESS", bus.address);
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await hasTray("linux")).toBe(false);
    const leave = await bus.own("org.kde.StatusNotifierWatcher");
    expect(await hasTray("linux")).toBe(true);
    await leave();
    await expect.poll(() => hasTray("linux")).toBe(false);
  },
);
