import { CauseError, type Failure, failureOf } from "../../../contract/causes.ts";
import { ContractError } from "../../../contract/decoder.ts";
import type { AgentState } from "../../../contract/state.ts";
import type {
  WindowAnswer,
  WindowArgument,
  WindowAsk,
  WindowDone,
  WindowPlace,
  WindowPush,
  WindowResult,
} from "../../../contract/window.ts";
import { decodeWindowArgument } from "../../../contract/window.ts";
import type { WindowCallName, WindowPushName } from "../../../contract/window-names.ts";
import type { AgentLink } from "./agent-link.ts";
import { FrameFeed, type Schedule } from "./frame-feed.ts";
import type { MachineBook } from "./machine-book.ts";
import type { Choice, Shell } from "./shell.ts";

export type Push = <Name extends WindowPushName>(name: Name, value: WindowPush<Name>) => void;

export interface WindowServiceOptions {
  readonly link: AgentLink;
  readonly book: MachineBook;
  readonly shell: Shell;
  readonly schedule: Schedule;
  readonly push: Push;
}

type Handler = (argument: unknown) => Promise<unknown>;

/**
 * Stands behind one window: answers its calls and tells it what changes. The page is not trusted: each argument is decoded here, whatever
 * carried it. A page says what it follows, and then gets what is so at that moment; after {@link pageGone} the next page begins anew.
 */
export class WindowService {
  readonly #options: WindowServiceOptions;
  readonly #handlers: ReadonlyMap<unknown, Handler>;
  readonly #states: FrameFeed<AgentState>;
  readonly #followed = new Set<WindowPushName>();
  readonly #leave: readonly (() => void)[];
  #running = new Map<number, AbortController>();
  /** What was to be shown before the page could take it. */
  #asked: WindowPush<"connectAsked"> | undefined;
  #shown: WindowPush<"shown"> | undefined;
  #keysAsked: WindowPush<"keysAsked"> | undefined;

  constructor(options: WindowServiceOptions) {
    const { link, book, shell, schedule } = options;
    this.#options = options;
    this.#states = new FrameFeed((state) => this.#push("state", state), schedule);
    this.#leave = [
      link.follow({
        status: (status) => this.#push("agent", status),
        state: (state) => this.#states.put(state),
      }),
      book.onPart((part) => this.#push("machines", part)),
    ];
    this.#handlers = new Map<unknown, Handler>([
      handler("ask", (ask) => this.#ask(ask), refusalOf),
      handler("cancel", async ({ id }) => this.#cancel(id), refusalOf),
      handler("about", () => shell.about(), rethrow),
      handler("copy", ({ text }) => done(shell.copy(text)), refusalOf),
      handler("openLink", ({ link: name }) => done(shell.openLink(name)), refusalOf),
      handler("print", () => chosen(shell.print()), refusalOf),
      handler("save", ({ name, text }) => chosen(shell.save(plainFileName(name), text)), refusalOf),
      handler("showPortal", ({ place }) => done(shell.showPortal(place)), refusalOf),
      handler("startHelper", () => chosen(shell.startHelper()), refusalOf),
      handler("retryAgent", () => done(link.retry()), refusalOf),
    ]);
  }

  /** Answers a call of the page. Rejects only where the call has no answer for a failure. */
  async call(name: unknown, argument: unknown): Promise<unknown> {
    const handle = this.#handlers.get(name);
    if (handle === undefined) throw new CauseError("unknownRequest");
    return handle(argument);
  }

  /** The page has begun to follow a push: it gets what is so now, and then what changes. */
  follow(name: unknown): void {
    switch (name) {
      case "agent":
        this.#begin(name, this.#options.link.status);
        return;
      case "state":
        this.#begin(name, this.#options.link.state);
        return;
      case "machines":
        this.#followed.add(name);
        for (const part of this.#options.book.parts()) this.#push(name, part);
        return;
      case "connectAsked":
        this.#begin(name, this.#asked);
        this.#asked = undefined;
        return;
      case "shown":
        this.#begin(name, this.#shown);
        this.#shown = undefined;
        return;
      case "keysAsked":
        this.#begin(name, this.#keysAsked);
        this.#keysAsked = undefined;
        return;
      case "progress":
      case "probed":
        this.#followed.add(name);
    }
  }

  /** Leads the page to one of its places, or to a machine there. */
  show(place: WindowPlace, machine?: string): void {
    const shown = { place, ...(machine === undefined ? {} : { machine }) };
    if (this.#followed.has("shown")) this.#push("shown", shown);
    else this.#shown = shown;
  }

  /** Shows the page's table of keys. */
  showKeys(): void {
    if (this.#followed.has("keysAsked")) this.#push("keysAsked", {});
    else this.#keysAsked = {};
  }

  /** Asks the person to connect a machine; nothing happens without their word. */
  askToConnect(machine: string, detail: string): void {
    if (this.#followed.has("connectAsked")) this.#push("connectAsked", { machine, detail });
    else this.#asked = { machine, detail };
  }

  /** The page is gone or loaded anew. What it asked for goes on at the agent, and nobody is told. */
  pageGone(): void {
    this.#followed.clear();
    this.#running = new Map();
  }

  close(): void {
    for (const leave of this.#leave) leave();
    this.#states.close();
    this.pageGone();
  }

  async #ask({ id, ...wish }: WindowAsk): Promise<WindowAnswer> {
    const running = this.#running;
    if (running.has(id)) throw new CauseError("badRequest", `request ${id} runs already`);
    const controller = new AbortController();
    running.set(id, controller);
    const tell: Push = (name, value) => this.#running === running && this.#push(name, value);
    try {
      const agent = await this.#options.link.reach();
      const result = await agent.request(wish, {
        signal: controller.signal,
        onCheck: (check) => tell("progress", { id, check }),
        onProbe: (probe) => tell("probed", { id, probe }),
      });
      return { type: "answer", result };
    } finally {
      running.delete(id);
      // The page must not read an answer beside a state from before it.
      this.#states.flush();
    }
  }

  #cancel(id: number): WindowDone {
    // One that has ended in the meantime needs none.
    this.#running.get(id)?.abort();
    return { type: "done" };
  }

  #begin<Name extends WindowPushName>(name: Name, value: WindowPush<Name> | undefined): void {
    this.#followed.add(name);
    if (value !== undefined) this.#push(name, value);
  }

  #push<Name extends WindowPushName>(name: Name, value: WindowPush<Name>): void {
    if (this.#followed.has(name)) this.#options.push(name, value);
  }
}

/** What answers one call: its argument is decoded first, and what goes wrong becomes what that call has for it. */
function handler<Name extends WindowCallName>(
  name: Name,
  act: (argument: WindowArgument<Name>) => Promise<WindowResult<Name>>,
  fail: (error: unknown) => WindowResult<Name>,
): readonly [Name, Handler] {
  const answer = async (value: unknown): Promise<WindowResult<Name>> => {
    try {
      return await act(decodeWindowArgument[name](value));
    } catch (error) {
      return fail(error instanceof ContractError ? new CauseError("badRequest", error.message) : error);
    }
  };
  return [name, answer];
}

function refusalOf(error: unknown): { readonly type: "refusal"; readonly failure: Failure } {
  return { type: "refusal", failure: failureOf(error) };
}

function rethrow(error: unknown): never {
  throw error;
}

async function done(act: Promise<void>): Promise<WindowDone> {
  await act;
  return { type: "done" };
}

async function chosen(act: Promise<Choice>): Promise<WindowDone> {
  return { type: await act };
}

/** A file's name that leads nowhere else and that every system takes. */
function plainFileName(name: string): string {
  const plain = name
    .normalize("NFC")
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
    .replace(/[\x00-\x1f\x7f<>:"/\\|?*]+/g, "-")
    .replace(/^[\s.]+|[\s.]+$/g, "");
  return plain === "" ? "anslut.txt" : plain;
}
