import { chmodSync, chownSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { readPortalState } from "../../web/store/portal-state.ts";
import { Problem } from "../../web/store/problem.ts";
import type { ChildPlan } from "../child.ts";
import { Child } from "../child.ts";
import type { Context } from "../context.ts";
import { frontUser, isRoot, ownerOf, webUser } from "../owner.ts";
import { askWeb } from "../poke.ts";
import { programOf } from "../programs.ts";
import { answersThroughFront } from "../ready.ts";

const stopPatienceMs = 8000;
const lookAgainMs = 100;

export function addServe(program: Command, context: Context): void {
  program
    .command("serve")
    .description(context.t("commands.serve"))
    .action(() => serve(context));
}

async function serve(context: Context): Promise<void> {
  if (!isRoot()) throw new Problem("forbidden", "rootNeeded");
  const data = context.data();
  const run = context.run();
  // Read as a process of its own rights would: see readPortalState.
  const state = readPortalState(data);
  if (await askWeb(run)) throw new Problem("busy", "running");
  makeRunDirectories(run);
  const log = (text: string) => process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), text })}\n`);
  const children = plans(data, run).map((plan) => new Child(plan, log));
  for (const child of children) child.start();
  const stop = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.once(signal, () => stop.abort());
  await sayReady(context, state, stop.signal);
  if (!stop.signal.aborted) await new Promise((resolve) => stop.signal.addEventListener("abort", resolve));
  // front first: nobody new comes in; exchange last: it takes the networks down.
  for (const child of [...children].reverse()) await child.stop(stopPatienceMs);
}

/** Says `ready` once a request through front is answered by web and web has made exchange equal to the database. */
async function sayReady(context: Context, state: ReturnType<typeof readPortalState>, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    const web = await askWeb(context.run());
    if (web?.exchange === true && (await answersThroughFront(state.settings, state.certificate))) {
      const { host, ports } = state.settings;
      context.print(`ready https://${host}:${ports.includes(443) ? 443 : ports[0]}`);
      return;
    }
    await sleep(lookAgainMs, undefined, { signal: stop }).catch(() => {});
  }
}

/** exchange is root. web and front give everything away but, for front, the right to listen below port 1024. */
function plans(data: string, run: string): readonly ChildPlan[] {
  const as = (user: string) => {
    const { uid, gid } = ownerOf(user);
    return [`--reuid=${uid}`, `--regid=${gid}`, "--clear-groups", "--no-new-privs"];
  };
  const node = process.execPath;
  const bind = "net_bind_service";
  return [
    { name: "exchange", file: node, args: [programOf("exchange")], privileges: [] },
    {
      name: "web",
      file: node,
      args: [programOf("web"), "--data", data, "--run", run],
      privileges: [...as(webUser), "--inh-caps=-all", "--bounding-set=-all"],
    },
    {
      name: "front",
      file: node,
      args: [programOf("front")],
      privileges: [
        ...as(frontUser),
        `--inh-caps=-all,+${bind}`,
        `--ambient-caps=+${bind}`,
        `--bounding-set=-all,+${bind}`,
      ],
    },
  ];
}

/** `web` is web's alone; into `front` web puts the sockets that front's group may connect to. */
function makeRunDirectories(run: string): void {
  const web = ownerOf(webUser);
  const front = ownerOf(frontUser);
  mkdirSync(run, { recursive: true });
  chmodSync(run, 0o755);
  mkdirSync(join(run, "web"), { recursive: true });
  chownSync(join(run, "web"), web.uid, web.gid);
  chmodSync(join(run, "web"), 0o700);
  mkdirSync(join(run, "front"), { recursive: true });
  chownSync(join(run, "front"), web.uid, front.gid);
  // Set-group-id: what web makes in there belongs to front's group.
  chmodSync(join(run, "front"), 0o2750);
}
