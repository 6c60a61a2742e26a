// A face of the agent, as the window is one: runs as the technician on the laptop and does what a line of stdin says.

import { type AgentAsk, AgentClient } from "../../../app/face/agent-client.ts";
import { agentPlace } from "../../../app/face/agent-place.ts";
import { startAgent } from "../../../app/face/agent-start.ts";
import type { AgentState } from "../../../contract/state.ts";
import { nowMs, serve } from "./lines.ts";
import { PortalCaller } from "./portal-caller.ts";

export interface Mark {
  readonly state: string;
  readonly atMs: number;
}

/** What a request came to: times are comparable with those of other processes. */
export interface Timed {
  readonly fromMs: number;
  readonly elapsedMs: number;
  readonly marks: readonly Mark[];
}

let client: AgentClient | undefined;
let page: PortalCaller | undefined;

await serve(async (command) => {
  switch (command.do) {
    case "open":
      return await open();
    case "quit":
      return await quit();
    case "ask":
      return await timed(async (agent) => {
        await agent.request(command.ask as AgentAsk);
      });
    case "until":
      return await timed(async (agent) => {
        const { state, machine, again } = command as { state: string; machine?: string; again?: boolean };
        if (again === true) await until(agent, (name) => name !== state, machine);
        await until(agent, (name) => name === state, machine);
      });
    case "state":
      return needClient().state;
    case "signIn":
      page = new PortalCaller(String(command.url));
      return await page.signIn(command.who as Parameters<PortalCaller["signIn"]>[0]);
    case "click":
      return await click(String(command.machine));
    default:
      throw new Error(`no such command: ${command.do}`);
  }
});

function needClient(): AgentClient {
  if (client === undefined) throw new Error("open first");
  return client;
}

async function open(): Promise<{ readonly elapsedMs: number }> {
  const startedMs = nowMs();
  const place = agentPlace(process.env);
  client = await AgentClient.open(place, "cli");
  if (client === undefined) {
    await startAgent(place, process.env, { node: process.execPath, program: "/opt/anslut/agent.mjs" });
    client = await AgentClient.open(place, "cli");
  }
  return { elapsedMs: nowMs() - startedMs };
}

async function quit(): Promise<void> {
  const agent = client;
  client = undefined;
  if (agent === undefined) return;
  await agent.request({ type: "quit" });
  await agent.ended;
}

async function timed(work: (agent: AgentClient) => Promise<void>): Promise<Timed> {
  const agent = needClient();
  const marks: Mark[] = [];
  let last = "";
  const leave = agent.onState((state) => {
    const name = nameOf(state);
    if (name !== last) marks.push({ state: name, atMs: nowMs() });
    last = name;
  });
  const fromMs = nowMs();
  try {
    await work(agent);
    return { fromMs, elapsedMs: nowMs() - fromMs, marks };
  } finally {
    leave();
  }
}

/** The tunnel's state, and behind it that of each connection. */
function nameOf({ session, connections }: AgentState): string {
  return [session.state, ...connections.map(({ name, status }) => `${name} ${status.state}`)].join(", ");
}

/** Waits for a state of the tunnel, or of a connection to a machine. */
function until(agent: AgentClient, fits: (state: string) => boolean, machine?: string): Promise<void> {
  const isThere = ({ session, connections }: AgentState): boolean =>
    machine === undefined
      ? fits(session.state)
      : connections.some(({ name, status }) => name === machine && fits(status.state));
  return new Promise((resolve) => {
    if (isThere(agent.state)) return resolve();
    const leave = agent.onState((state) => {
      if (!isThere(state)) return;
      leave();
      resolve();
    });
  });
}

/** Connect on the portal's page, which has a kept connection: until the router has answered. */
async function click(machine: string): Promise<Timed> {
  const caller = page;
  if (caller === undefined) throw new Error("sign in first");
  const found = (await caller.call("GET", `/machines?search=${encodeURIComponent(machine)}`)) as {
    readonly machines: readonly { readonly id: string; readonly name: string }[];
  };
  const id = found.machines.find(({ name }) => name === machine)?.id ?? "";
  const tunnel = needClient().state.tunnel?.ticket ?? null;
  return await timed(async (agent) => {
    const connected = until(agent, (state) => state === "connected", machine);
    const body = { networks: null, tunnel, orderNumber: "", reason: "" };
    await Promise.all([caller.call("POST", `/machines/${id}/connect`, body), connected]);
  });
}
