import { afterAll, beforeAll, expect, test } from "vitest";
import type { Lab } from "./lab.ts";
import { readRegister } from "./modbus.ts";
import { openLab } from "./open.ts";
import { hostNames, machines } from "./topology.ts";

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
});

afterAll(() => lab.close());

test.each(machines)("from its router machine $number shows the drawn register and title", async (machine) => {
  const { number, router, plc, hmi } = machine;
  const register = await readRegister(lab, router, lab.variable(`MACHINE${number}_PLC`), 1);
  expect(register).toBe(Number(lab.variable(`MACHINE${number}_REGISTER`)));
  const page = await lab.output(router, ["curl", "-sS", `http://${lab.variable(`MACHINE${number}_HMI`)}/`]);
  expect(page).toContain(`<title>${lab.variable(`MACHINE${number}_HMI_TITLE`)}</title>`);
  expect((await lab.packets(plc)).received).toBeGreaterThan(0);
  expect((await lab.packets(hmi)).sent).toBeGreaterThan(0);
});

test("the PLC speaks Modbus as an independent client expects it", async () => {
  const mbpoll = ["mbpoll", "-m", "tcp", "-a", "1", "-1", "-t"];
  const plc = lab.variable("MACHINE1_PLC");
  await lab.output("router1", [...mbpoll, "4", "-r", "11", plc, "4711"]);
  await lab.output("router1", [...mbpoll, "4", "-r", "12", plc, "1", "2", "3"]);
  expect(await lab.output("router1", [...mbpoll, "3", "-r", "11", "-c", "5", plc])).toMatch(
    /\[11\]:\s+4711\s+\[12\]:\s+1\s+\[13\]:\s+2\s+\[14\]:\s+3\s+\[15\]:\s+14/,
  );
  const beyond = await lab.exec("router1", [...mbpoll, "4", "-r", "1000", "-c", "2", plc]);
  expect(beyond.stderr).toContain("Illegal data address");
  const coils = await lab.exec("router1", [...mbpoll, "0", "-r", "1", plc]);
  expect(coils.stderr).toContain("Illegal function");
});

test("the laptop cannot reach the PLC of machine 1, and the PLC hears nothing of it", async () => {
  const before = await lab.packets("plc1");
  const { code, stderr } = await lab.exec("laptop", ["socat", "STDIO", "TCP4:192.168.0.10:502,connect-timeout=3"]);
  expect(code).not.toBe(0);
  expect(stderr).toMatch(/No route to host|Network is unreachable|refused/);
  expect(await lab.packets("plc1")).toEqual(before);
});

test("the PLC of machine 2 has no default gateway, all others have", async () => {
  for (const host of hostNames.filter((name) => name.startsWith("plc") || name.startsWith("hmi"))) {
    const routes = await lab.output(host, ["ip", "route"]);
    expect(routes.includes("default via"), host).toBe(host !== "plc2");
  }
});

test("each person has a uid, a home and a run directory of their own", async () => {
  const script =
    'id -un; cd && pwd && touch mine && test -w "$XDG_RUNTIME_DIR" && ! ls /home/tech2 /run/user/0 2>/dev/null';
  expect(await lab.output("laptop", ["sh", "-c", script], { user: "tech" })).toBe("tech\n/home/tech\n");
  const peek = await lab.exec("laptop", ["ls", "/home/tech"], { user: "visitor" });
  expect(peek.stderr).toContain("Permission denied");
  expect(await lab.output("laptop2", ["ls", "/home/tech"])).toBe("");
});

test("/dev/net/tun is open to everybody and the machine's files are read-only", async () => {
  expect(await lab.output("laptop", ["stat", "-c%a", "/dev/net/tun"])).toBe("666\n");
  const { stderr } = await lab.exec("laptop", [
    "touch",
    `${import.meta.dirname}/x`,
    "/usr/x",
    "/etc/x",
    "/opt/anslut/x",
  ]);
  expect(stderr.match(/Read-only file system/g)).toHaveLength(4);
});

test("a system user keeps the capability it is given, and nothing else", async () => {
  const options = { user: "anslut-router", ambient: ["net_admin"] };
  const status = await lab.output("router1", ["grep", "CapEff", "/proc/self/status"], options);
  expect(status).toMatch(/^CapEff:\s+0000000000001000$/m);
  const plain = await lab.output("router1", ["grep", "CapEff", "/proc/self/status"], { user: "anslut-router" });
  expect(plain).toMatch(/^CapEff:\s+0000000000000000$/m);
});

test("a program gets its stdin, gives its outputs apart, and ends with its own code or signal", async () => {
  const both = await lab.exec("laptop", ["sh", "-c", "cat; echo bad >&2; exit 3"], { input: "good" });
  expect(both).toEqual({ code: 3, signal: null, stdout: "good", stderr: "bad\n" });
  const asleep = lab.spawn("laptop", ["sh", "-c", "echo up; exec sleep infinity"]);
  await asleep.line(/up/);
  asleep.signal("SIGTERM");
  expect(await asleep.exited).toEqual({ code: null, signal: "SIGTERM" });
  const big = await lab.output("laptop", ["head", "-c", "20000000", "/dev/zero"]);
  expect(big.length).toBe(20_000_000);
});

test("a killed program takes its process group along", async () => {
  const family = lab.spawn("laptop2", ["sh", "-c", "sleep infinity & echo $!; wait"]);
  const child = await family.line(/^\d+$/);
  await family.kill();
  await lab.output("laptop2", ["/opt/lab/wire", "await", child]);
});

test("an unplugged laptop sees its carrier go, and come back", async () => {
  const carrier = (): Promise<string> => lab.output("laptop2", ["cat", "/sys/class/net/eth0/carrier"]);
  await lab.unplug("laptop2");
  expect(await carrier()).toBe("0\n");
  await lab.plug("laptop2");
  expect(await carrier()).toBe("1\n");
});

test("files can be written to and read from a host", async () => {
  await lab.writeFile("portal", "/tmp/note", "hej\n");
  expect(await lab.readFile("portal", "/tmp/note")).toBe("hej\n");
  await expect(lab.readFile("laptop", "/tmp/note")).rejects.toThrow("No such file");
});
