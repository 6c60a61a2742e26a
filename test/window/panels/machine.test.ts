import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { journal, judged, panelScenes, probes } from "../../../app/desktop/renderer/testing/panel-scenes.ts";
import { CauseError } from "../../../contract/causes.ts";
import { type OpenWindow, WindowStage } from "../open.ts";
import { holding, live, machineName, openMachine, withHistory } from "./screens.ts";

let stage: WindowStage;

beforeAll(async () => {
  stage = await WindowStage.open();
});

afterAll(async () => {
  await stage?.close();
});

async function open(scene: (typeof panelScenes)[keyof typeof panelScenes]): Promise<OpenWindow> {
  const window = await stage.show(scene);
  withHistory(window.program);
  await openMachine(window);
  return window;
}

describe("the machine's page", () => {
  test("connects with order number and reason, and one of its networks", async () => {
    const { page, program, close } = await open(panelScenes.idle);
    await page.getByLabel("Order number", { exact: true }).fill("4711-A");
    await page.getByLabel("Reason", { exact: true }).fill("Infeed stops");
    await page.getByRole("checkbox", { name: "10.17.17.0/24" }).focus();
    await page.keyboard.press("Space");
    await page
      .getByRole("article")
      .getByRole("button", { name: `Connect to ${machineName}` })
      .click();
    expect(await program.asked("connect")).toMatchObject({
      machine: "machine-17",
      orderNumber: "4711-A",
      reason: "Infeed stops",
      networks: ["192.168.0.0/24"],
      standIn: false,
    });
    await close();
  });

  test("says what keeps it from connecting, keeps what was typed, and can be tried again", async () => {
    const { page, program, close } = await open(panelScenes.idle);
    program.answer("connect", () => {
      throw new CauseError("machineOffline");
    });
    await page.getByLabel("Order number", { exact: true }).fill("4711-A");
    await page
      .getByRole("article")
      .getByRole("button", { name: `Connect to ${machineName}` })
      .click();
    await page
      .getByRole("alert")
      .filter({ hasText: `${machineName} is offline.` })
      .waitFor();
    expect(await page.getByLabel("Order number", { exact: true }).inputValue()).toBe("4711-A");
    await close();
  });

  test("shows under which address each network and device is reached, what may be done there, and copies it", async () => {
    const { page, program, close } = await open(panelScenes.idle);
    const networks = page.getByRole("region", { name: "Networks and addresses" });
    const [plc] = await networks.getByRole("listitem").filter({ hasText: "100.64.17.10" }).allInnerTexts();
    expect(plc).toContain("stands for 192.168.0.10");
    expect(plc).toContain("S7 (TCP 102) · HTTP (TCP 80) · ping");
    await networks.getByRole("button", { name: "Copy 100.64.17.10" }).click();
    expect(await program.called("copy")).toEqual({ text: "100.64.17.10" });
    await networks.getByRole("status").filter({ hasText: "100.64.17.10 copied" }).waitFor();
    await networks.getByLabel("Address on the machine").fill("192.168.0.77 ");
    await networks.getByRole("button", { name: "Copy 100.64.17.77" }).waitFor();
    await close();
  });

  test("saves note and contact by itself, also those typed while it was saving, and the favourite", async () => {
    const { page, program, close } = await open(panelScenes.idle);
    const note = page.getByLabel("Note", { exact: true });
    await note.fill("Key at the gate");
    await page.getByLabel("Contact on site").fill("Frau Huber");
    await note.focus();
    await page.getByRole("button", { name: `Favourite: ${machineName}` }).click();
    await expect
      .poll(() => program.asks("mark").at(-1)?.mark)
      .toEqual({
        favourite: false,
        note: "Key at the gate",
        contact: "Frau Huber",
      });
    await close();
  });

  test("keeps a note that could not be saved, says so, and saves it when the agent is back", async () => {
    const { page, program, push, close } = await open(panelScenes.idle);
    program.answer("mark", () => {
      throw new CauseError("agentMissing");
    });
    const note = page.getByLabel("Note", { exact: true });
    await note.fill("Precious");
    await note.blur();
    await page.getByText("Not saved yet, kept here.").waitFor();
    await push("agent", { link: "lost", failure: { cause: "agentMissing", detail: "" } });
    await push("shown", { place: "about" });
    await page.getByRole("heading", { name: "About Anslut" }).waitFor();
    await push("shown", { place: "machines" });
    expect(await note.inputValue()).toBe("Precious");
    program.answer("mark", () => ({ type: "done" }));
    await push("agent", { link: "attached", failure: null });
    await expect.poll(() => program.asks("mark").at(-1)?.mark.note).toBe("Precious");
    await page.getByText("Saved", { exact: true }).waitFor();
    await close();
  });

  test("is there without the portal: addresses, notes and last visits", async () => {
    const { page, close } = await open(panelScenes.offline);
    await page.getByText("What the portal says of it is not known now.").waitFor();
    await page.getByRole("button", { name: "Copy 100.64.17.0/24" }).waitFor();
    await page.getByText("New recipe for 0.33 l").waitFor();
    await close();
  });
});

describe("a connection", () => {
  test("shows its order, how long it stands, and round trip and data in figures", async () => {
    const window = await open(panelScenes.connected);
    const { page, close } = window;
    const card = page.getByRole("region", { name: "Connection", exact: true });
    await card.getByText("4711-A").waitFor();
    await card.getByText("12 min, since 11:18").waitFor();
    await live(window, 20);
    await card.getByText(/^now \d+ ms · lowest \d+ ms · highest \d+ ms$/).waitFor();
    await card.getByText(/160 kB\/s in/).waitFor();
    expect(await card.locator("canvas").count()).toBe(2);
    await close();
  });

  test("takes a note, which the journal keeps until the portal has it", async () => {
    const { page, program, close } = await open(panelScenes.connected);
    const visits = page.getByRole("region", { name: "Your last visits" });
    await visits.getByText("In the portal’s history, too").waitFor();
    program.answer("history", () => ({
      type: "journal",
      entries: journal.map((entry) => ({ ...entry, note: "Servo changed", delivered: false })),
    }));
    const note = visits.getByLabel("Note to this visit");
    await note.fill("Servo changed");
    await note.blur();
    expect(await program.asked("annotate")).toMatchObject({ entry: "t-0 i-8", note: "Servo changed" });
    await visits.getByText("Kept here; goes to the portal when it can be reached").waitFor();
    await close();
  });
});

describe("the order of a connection", () => {
  const silentRouter = panelScenes.silentRouter.state;

  async function connectForOrder({ page, program, push }: OpenWindow): Promise<void> {
    program.answer("connect", async () => {
      await push("state", silentRouter);
      throw new CauseError("routerSilent");
    });
    await page.getByLabel("Order number", { exact: true }).fill(" 4711-A ");
    await page.getByLabel("Reason", { exact: true }).fill("Infeed stops\u00a0");
    await page.getByRole("checkbox", { name: "10.17.17.0/24" }).focus();
    await page.keyboard.press("Space");
    expect(await page.getByLabel("Order number", { exact: true }).inputValue()).toBe("4711-A");
    await page
      .getByRole("article")
      .getByRole("button", { name: `Connect to ${machineName}` })
      .click();
    await page.getByRole("heading", { name: /does not answer/ }).waitFor();
  }

  const order = { orderNumber: "4711-A", reason: "Infeed stops", networks: ["192.168.0.0/24"] };

  test("is asked for again when it is connected anew", async () => {
    const window = await open(panelScenes.idle);
    const { page, program, push, close } = window;
    await connectForOrder(window);
    program.answer("disconnect", async () => {
      await push("state", panelScenes.idle.state);
      return { type: "done" };
    });
    await page.getByRole("button", { name: "Disconnect and connect anew" }).click();
    await expect
      .poll(() => program.asks("connect"))
      .toEqual([expect.objectContaining(order), expect.objectContaining(order)]);
    await close();
  });

  test("is not sent again for the next connection", async () => {
    const window = await open(panelScenes.idle);
    const { page, program, push, close } = window;
    await connectForOrder(window);
    await push("state", panelScenes.idle.state);
    await page.getByLabel("Order number", { exact: true }).waitFor();
    await page.getByRole("searchbox").press("Control+Enter");
    await expect
      .poll(() => program.asks("connect").at(1))
      .toMatchObject({ orderNumber: "", reason: "", networks: null });
    await close();
  });

  test("comes from the journal where the connection was made before the window was opened", async () => {
    const { page, program, close } = await open(panelScenes.silentRouter);
    await page.getByRole("region", { name: "Connection", exact: true }).getByText("4711-A").waitFor();
    await page.getByRole("button", { name: "Disconnect and connect anew" }).click();
    expect(await program.asked("connect")).toMatchObject({
      orderNumber: "4711-A",
      reason: "Infeed stops without a message",
    });
    await close();
  });

  test("is asked for again after it failed, and is seen there", async () => {
    const window = await open(panelScenes.idle);
    const { page, program, push, close } = window;
    await connectForOrder(window);
    await push("state", panelScenes.failed.state);
    await page.getByLabel("Order number", { exact: true }).waitFor();
    expect(await page.getByLabel("Order number", { exact: true }).inputValue()).toBe("4711-A");
    await page.getByRole("button", { name: "Connect again" }).click();
    await expect.poll(() => program.asks("connect").at(1)).toMatchObject(order);
    await close();
  });
});

describe("a failure to connect", () => {
  test("is said once, and not any more when the machine is connected after all", async () => {
    const { page, program, push, close } = await open(panelScenes.idle);
    program.answer("connect", async () => {
      await push("state", panelScenes.silentRouter.state);
      throw new CauseError("routerSilent");
    });
    await page
      .getByRole("article")
      .getByRole("button", { name: `Connect to ${machineName}` })
      .click();
    await page.getByRole("heading", { name: /does not answer/ }).waitFor();
    expect(await page.getByRole("alert").count()).toBe(0);
    await push("state", panelScenes.connected.state);
    await page
      .getByText(/answers in 41 ms/)
      .first()
      .waitFor();
    expect(await page.getByRole("alert").count()).toBe(0);
    await close();
  });

  test("is over when the machine is connected from elsewhere", async () => {
    const { page, program, push, close } = await open(panelScenes.idle);
    program.answer("connect", () => {
      throw new CauseError("machineOffline");
    });
    await page
      .getByRole("article")
      .getByRole("button", { name: `Connect to ${machineName}` })
      .click();
    await page.getByRole("alert").waitFor();
    await push("state", panelScenes.connected.state);
    await page.getByRole("alert").waitFor({ state: "detached" });
    await close();
  });
});

describe("what one needs to see", () => {
  const scrolled = ({ page }: OpenWindow) => page.locator(".choice-detail").evaluate(({ scrollTop }) => scrollTop);
  const scrollDown = async (window: OpenWindow): Promise<void> => {
    await window.page.locator(".choice-detail").evaluate((section) => section.scrollTo(0, section.scrollHeight));
    await expect.poll(() => scrolled(window)).toBeGreaterThan(100);
  };

  test("of another machine begins at its top", async () => {
    const window = await open(panelScenes.idle);
    await scrollDown(window);
    await openMachine(window, "oven-24");
    expect(await scrolled(window)).toBe(0);
    await window.close();
  });

  test("is shown when trouble comes while one looks further down", async () => {
    const window = await open(panelScenes.connected);
    const { page, push, close } = window;
    await scrollDown(window);
    await push("state", panelScenes.silentRouter.state);
    const cure = page.getByRole("button", { name: "Disconnect and connect anew" });
    await cure.waitFor();
    const box = await cure.boundingBox();
    const view = await page.locator(".choice-detail").boundingBox();
    expect(box!.y).toBeGreaterThan(view!.y);
    expect(box!.y + box!.height).toBeLessThan(view!.y + view!.height);
    await close();
  });
});

test("a connection that is still coming says what it waits for", async () => {
  const { page, push, close } = await open(panelScenes.requested);
  const card = page.getByRole("region", { name: "Connection", exact: true });
  await card.getByText("The portal has been asked.").waitFor();
  const [first] = panelScenes.connected.state.connections;
  const waiting = { ...first!, status: { state: "waiting" as const } };
  await push("state", { ...panelScenes.connected.state, tunnel: null, connections: [waiting] });
  await card.getByText("The tunnel is being dialled again").waitFor();
  await close();
});

describe("the same addresses twice", () => {
  test("are drawn and said, with both networks, and cured by one button", async () => {
    const { page, program, close } = await open(panelScenes.overlapHere);
    await page.getByRole("img", { name: /your network 192\.168\.0\.0\/24 here and the machine’s network/ }).waitFor();
    await page.getByText("What you send to 192.168.0.10 stays in your own network").waitFor();
    await page.getByRole("button", { name: "Connect by stand-in addresses" }).click();
    expect(await program.asked("connect")).toMatchObject({ machine: "machine-17", standIn: true });
    await close();
  });

  test("that the portal gives no stand-in for are said to be so, with what else helps", async () => {
    const { page, program, close } = await open(panelScenes.overlapHere);
    program.answer("connect", () => {
      throw new CauseError("standInRefused");
    });
    await page.getByRole("button", { name: "Connect by stand-in addresses" }).click();
    await page.getByRole("alert").filter({ hasText: "gives pump-17 no stand-in address" }).waitFor();
    await page.getByText("use another network here, such as a phone’s hotspot").waitFor();
    await close();
  });

  test("of another machine can be swapped for this one", async () => {
    const { page, program, close } = await open(panelScenes.overlapMachine);
    await page.getByRole("button", { name: "Disconnect oven-4 and connect" }).click();
    expect(await program.asked("disconnect")).toMatchObject({ machine: "machine-4" });
    expect(await program.asked("connect")).toMatchObject({ machine: "machine-17", standIn: false });
    await close();
  });

  test("of the gateway are said to be the gateway’s", async () => {
    const { page, close } = await open(panelScenes.overlapGateway);
    await page.getByRole("heading", { name: /holds the address of your gateway/ }).waitFor();
    await close();
  });
});

describe("what is silent", () => {
  test("is tested by one button, and a single device by its address", async () => {
    const { page, program, close } = await open(panelScenes.silentDevices);
    await page.getByRole("button", { name: "Test these devices" }).click();
    expect(await program.asked("check")).toMatchObject({ machine: "machine-17", address: null, ports: null });
    await close();
  });

  test("routes name the network and why, and what works all the same", async () => {
    const { page, close } = await open(panelScenes.routeErrors);
    await page.getByRole("heading", { name: "1 of 2 networks cannot be reached" }).waitFor();
    await page
      .getByText("You can work in 192.168.0.0/24, ")
      .or(page.getByText("You can work in 100.64.17.0/24."))
      .waitFor();
    await close();
  });
});

describe("the test of the devices", () => {
  test("names the devices that were too many for it", async () => {
    const { page, program, close } = await open(panelScenes.connected);
    program.answer("check", () => ({
      type: "reachability",
      machine: machineName,
      probes: [...probes],
      devices: [...judged],
      untested: ["192.168.0.31", "192.168.0.32"],
    }));
    await page.getByRole("button", { name: "Test", exact: true }).click();
    await page.getByText("2 of 4 devices tested.").filter({ hasText: "192.168.0.31 and 192.168.0.32" }).waitFor();
    await close();
  });

  test("shows each answer as it comes, and can be cancelled", async () => {
    const { page, program, push, close } = await open(panelScenes.connected);
    const asked = holding(program, "check");
    await page.getByRole("button", { name: "Test", exact: true }).click();
    const id = await asked;
    const [, , , s7] = probes;
    if (s7 !== undefined) await push("probed", { id, probe: s7 });
    await page
      .getByRole("row", { name: /S7 TCP 102/ })
      .getByText("answers")
      .waitFor();
    await page.getByText("1 answer so far").waitFor();
    await page.getByRole("region", { name: "Test the devices" }).getByRole("button", { name: "Cancel" }).click();
    expect(await program.called("cancel")).toEqual({ id });
    await close();
  });

  test("draws the chain, says what it comes to and shows the cure to copy", async () => {
    const { page, program, close } = await open(panelScenes.connected);
    program.answer("check", () => ({
      type: "reachability",
      machine: machineName,
      probes: [...probes],
      devices: [...judged],
      untested: [],
    }));
    await page.getByRole("button", { name: "Test", exact: true }).click();
    const deaf = page.getByRole("region", { name: "192.168.0.20", exact: true });
    await deaf
      .getByRole("img", { name: /router to device works; all the way from here to the device: broken/ })
      .waitFor();
    await deaf.getByText("answers the router but not you: it has no gateway.").waitFor();
    await deaf.getByRole("button", { name: /^Copy anslut-portal machine network source-nat/ }).click();
    expect(await program.called("copy")).toEqual({ text: judged[1]?.cure });
    await close();
  });

  test("takes a device and ports of one’s own, cleaned of what was pasted around them", async () => {
    const { page, program, close } = await open(panelScenes.connected);
    const card = page.getByRole("region", { name: "Test the devices" });
    await card.getByLabel("Device", { exact: true }).fill("http://192.168.0.31/ ");
    await card.getByLabel("TCP ports").fill("8080; 9000");
    await page.keyboard.press("Enter");
    expect(await program.asked("check")).toMatchObject({ address: "192.168.0.31", ports: [8080, 9000] });
    expect(await card.getByLabel("Device", { exact: true }).inputValue()).toBe("192.168.0.31");
    await close();
  });

  test("says which field it cannot use", async () => {
    const { page, program, close } = await open(panelScenes.connected);
    const card = page.getByRole("region", { name: "Test the devices" });
    await card.getByLabel("TCP ports").fill("s7");
    await card.getByRole("button", { name: "Test", exact: true }).click();
    await card.getByText("Write ports from 1 to 65535").waitFor();
    expect(program.asks("check")).toEqual([]);
    await close();
  });

  test("goes on while another place is looked at", async () => {
    const { page, program, push, close } = await open(panelScenes.connected);
    const asked = holding(program, "check");
    await page.getByRole("button", { name: "Test", exact: true }).click();
    const id = await asked;
    await push("shown", { place: "history" });
    await page.getByRole("heading", { name: "History" }).waitFor();
    const [, arp] = probes;
    if (arp !== undefined) await push("probed", { id, probe: arp });
    await push("shown", { place: "machines" });
    await page.getByText("1 answer so far").waitFor();
    await close();
  });
});
