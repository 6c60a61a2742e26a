import type { EntryPlan } from "./entry.ts";
import { personNamed } from "./people.ts";
import type { World } from "./world.ts";

const host = "laptop";
const user = "tech";

const bus = { DBUS_SESSION_BUS_ADDRESS: `unix:path=/run/user/${personNamed(user).uid}/bus` };

/** What the desktop of a person adds to the environment: the technician on the laptop has a session bus, nobody else. */
export function desktopOf(plan: EntryPlan): Readonly<Record<string, string>> {
  return plan.host === host && plan.user === user ? bus : {};
}

/**
 * Starts what a desktop session gives a program without a screen: a session bus, and on it a keyring that is unlocked by its
 * password. Both last as long as the laptop has power, as a session does.
 */
export async function openDesktopSession(world: World, keyringPassword: string): Promise<void> {
  await world.install({
    host,
    user,
    name: "bus",
    argv: ["dbus-daemon", "--session", "--nofork", `--address=${bus.DBUS_SESSION_BUS_ADDRESS}`, "--print-address"],
    ready: /^unix:path=/,
  });
  await world.install({
    host,
    user,
    env: bus,
    name: "keyring",
    // It goes on in the background once it is unlocked, and only then this shell says so.
    argv: [
      "sh",
      "-c",
      "gnome-keyring-daemon --unlock --components=secrets --daemonize && echo unlocked && exec sleep infinity",
    ],
    input: keyringPassword,
    ready: /^unlocked$/,
  });
}
