import { afterAll, beforeAll, expect, test } from "vitest";
import type { Lab } from "./lab.ts";
import { readRegister } from "./modbus.ts";
import { openLab } from "./open.ts";

let lab: Lab;

beforeAll(async () => {
  lab = await openLab({ stands: "product" });
});

afterAll(() => lab.close());

test("a script with nothing but LAB_* variables reads the drawn register and title through the tunnel", async () => {
  const script = "/opt/repo/test/lab/examples/read-register.sh";
  const before = await lab.packets("plc1");
  await expect(readRegister(lab, "laptop", lab.variable("MACHINE1_REMOTE_PLC"), 1, "tech")).rejects.toThrow();
  expect(await lab.packets("plc1")).toEqual(before);

  const said = await lab.output("laptop", [script], { user: "tech", env: lab.description.variables });
  expect(said).toBe(`register ${lab.variable("MACHINE1_REGISTER")}\ntitle ${lab.variable("MACHINE1_HMI_TITLE")}\n`);

  const after = await lab.packets("plc1");
  expect(after.received).toBeGreaterThan(before.received);
  await expect(readRegister(lab, "laptop", lab.variable("MACHINE1_REMOTE_PLC"), 1, "tech")).rejects.toThrow();
  expect(await lab.packets("plc1")).toEqual(after);
});

test("the technician on the laptop has an unlocked keyring, the others have none", async () => {
  const locked = [
    ...["dbus-send", "--session", "--print-reply=literal", "--dest=org.freedesktop.secrets"],
    ...["/org/freedesktop/secrets/collection/login", "org.freedesktop.DBus.Properties.Get"],
    ...["string:org.freedesktop.Secret.Collection", "string:Locked"],
  ];
  expect(await lab.output("laptop", locked, { user: "tech" })).toMatch(/boolean false/);
  for (const [host, user] of [["laptop", "visitor"] as const, ["laptop2", "tech2"] as const]) {
    expect((await lab.exec(host, locked, { user })).code, user).not.toBe(0);
  }
});

test("a portal whose power comes back serves again", async () => {
  const audit = ["/opt/anslut/bin/anslut-portal", "audit", "verify"];
  await lab.powerCut("portal");
  await expect(lab.output("portal", audit)).rejects.toThrow("portal has no power");
  await lab.powerOn("portal");
  await lab.output("portal", audit);
  const page = ["curl", "-sS", "-k", "-o", "/dev/null", "-w", "%{http_code}", lab.variable("PORTAL_URL")];
  expect(await lab.output("laptop", page, { user: "tech" })).toMatch(/^[23]\d\d$/);
});
