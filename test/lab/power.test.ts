import { afterAll, beforeAll, expect, test } from "vitest";
import type { Lab } from "./lab.ts";
import { readRegister } from "./modbus.ts";
import { openLab } from "./open.ts";
import { reach, startEcho } from "./peers.ts";

let lab: Lab;

beforeAll(async () => {
  lab = await openLab({ roundTripMs: { office: 4 } });
});

afterAll(() => lab.close());

test("a power cut kills every process of a host, keeps its disk and forgets the rest", async () => {
  await lab.writeFile("laptop", "/var/lib/kept", "kept\n");
  await lab.writeFile("laptop", "/run/lost", "lost\n");
  await lab.output("laptop", ["ip", "route", "add", "10.9.9.0/24", "via", "192.168.178.1"]);
  // One that has left the host's network and mount namespaces, as the portal's account servers do.
  const hidden = lab.spawn("laptop", [
    "setsid",
    "--wait",
    "unshare",
    "--net",
    "--mount",
    "sh",
    "-c",
    "echo in; exec sleep infinity",
  ]);
  await hidden.line(/in/);

  const boot = await lab.readFile("laptop", "/proc/sys/kernel/random/boot_id");

  await lab.powerCut("laptop");
  expect(await hidden.exited).toEqual({ code: null, signal: "SIGKILL" });
  await expect(lab.output("laptop", ["true"])).rejects.toThrow("laptop has no power");

  await lab.powerOn("laptop");
  expect(await lab.readFile("laptop", "/proc/sys/kernel/random/boot_id")).not.toBe(boot);
  expect(await lab.readFile("laptop", "/var/lib/kept")).toBe("kept\n");
  await expect(lab.readFile("laptop", "/run/lost")).rejects.toThrow("No such file");
  expect(await lab.output("laptop", ["ip", "route"])).not.toContain("10.9.9.0");
  await startEcho(lab, "portal", 443);
  expect(await reach(lab, "laptop", 443)).toBe("answers");
});

test("a PLC that comes back serves as before", async () => {
  await lab.powerCut("plc1");
  await expect(readRegister(lab, "router1", "192.168.0.10", 1)).rejects.toThrow();
  await lab.powerOn("plc1");
  expect(await readRegister(lab, "router1", "192.168.0.10", 1)).toBe(Number(lab.variable("MACHINE1_REGISTER")));
});

test("an office gateway that comes back has its firewall and its names", async () => {
  await lab.setFirewall("only443");
  await lab.powerCut("office");
  await lab.powerOn("office");
  expect(await lab.output("laptop", ["getent", "hosts", "portal.anslut.test"])).toContain("203.0.113.10");
  expect(await reach(lab, "laptop", 443)).toBe("answers");
  expect(await reach(lab, "laptop", 80)).toBe("refused");
});
