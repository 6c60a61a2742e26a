import { partsOf } from "../../app/desktop/renderer/testing/machines.ts";
import type { Scene } from "../../app/desktop/renderer/testing/scenes.ts";
import type { AgentResult } from "../../contract/agent.ts";
import { type Failure, failureOf } from "../../contract/causes.ts";
import {
  decodeWindowArgument,
  type WindowArgument,
  type WindowAsk,
  type WindowPush,
  type WindowResult,
} from "../../contract/window.ts";
import { type WindowCallName, type WindowPushName, windowCallNames } from "../../contract/window-names.ts";

type AskType = WindowAsk["type"];
type AskOf<Type extends AskType> = Extract<WindowAsk, { readonly type: Type }>;
type Answering<Type extends AskType> = (ask: AskOf<Type>) => AgentResult | Promise<AgentResult>;
type Calling<Name extends WindowCallName> = (
  argument: WindowArgument<Name>,
) => WindowResult<Name> | Promise<WindowResult<Name>>;

export interface Call {
  readonly name: WindowCallName;
  readonly argument: unknown;
}

/** What the page says first and keeps saying until something newer was pushed. */
export type FirstWords = Readonly<Partial<Record<WindowPushName, readonly unknown[]>>>;

/**
 * What stands behind the window in its tests: says what the scene says, decodes every argument as the program does, keeps the
 * calls for the test to read, and answers what the test told it to. A failure is thrown as a CauseError.
 */
export class FakeProgram {
  readonly calls: Call[] = [];
  readonly scene: Scene;
  readonly #answering = new Map<AskType, (ask: never) => AgentResult | Promise<AgentResult>>();
  readonly #calling = new Map<WindowCallName, (argument: never) => unknown>();
  readonly #waiting = new Set<() => void>();

  constructor(scene: Scene) {
    this.scene = scene;
    this.answer("portals", () => ({ type: "portals", portals: [...scene.portals] }));
    this.answer("proxy", () => ({
      type: "proxy",
      setting: { mode: "environment" },
      credentials: false,
      fixedByPolicy: false,
    }));
    this.answer("history", ({ where }) =>
      where === "here"
        ? { type: "journal", entries: [] }
        : { type: "history", page: { connections: [], before: null } },
    );
    this.on("about", () => ({ version: "0.1.0", parts: [], licences: [], tray: true, links: [] }));
  }

  get firstWords(): FirstWords {
    const { agent, state, entries, from } = this.scene;
    return {
      agent: [agent],
      ...(state === undefined ? {} : { state: [state] }),
      ...(state === undefined ? {} : { machines: partsOf(entries, from) }),
    };
  }

  /** How requests of this type are answered from now on; the default is `done`. */
  answer<Type extends AskType>(type: Type, answering: Answering<Type>): void {
    this.#answering.set(type, answering);
  }

  /** How a call of the program itself is answered; the default is `done`. */
  on<Name extends WindowCallName>(name: Name, calling: Calling<Name>): void {
    this.#calling.set(name, calling);
  }

  /** The first request of this type that was or will be made. */
  async asked<Type extends AskType>(type: Type): Promise<AskOf<Type>> {
    const call = await this.called("ask", (argument) => (argument as WindowAsk).type === type);
    return call as AskOf<Type>;
  }

  /** All requests of this type so far. */
  asks<Type extends AskType>(type: Type): readonly AskOf<Type>[] {
    return this.calls
      .filter(({ name }) => name === "ask")
      .map(({ argument }) => argument as WindowAsk)
      .filter((ask): ask is AskOf<Type> => ask.type === type);
  }

  /** The argument of the first such call that was or will be made. */
  async called(name: WindowCallName, fits: (argument: unknown) => boolean = () => true): Promise<unknown> {
    for (;;) {
      const call = this.calls.find((made) => made.name === name && fits(made.argument));
      if (call !== undefined) return call.argument;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** Answers a call of the page. */
  async take(name: WindowCallName, argument: unknown): Promise<unknown> {
    if (!windowCallNames.includes(name)) throw new Error(`there is no call ${name}`);
    const decoded = decodeWindowArgument[name](argument);
    this.calls.push({ name, argument: decoded });
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
    const failed = (failure: Failure): unknown => ({ type: "refusal", failure });
    try {
      const calling = this.#calling.get(name);
      if (calling !== undefined) return await calling(decoded as never);
      if (name !== "ask") return { type: "done" };
      const answering = this.#answering.get((decoded as WindowAsk).type);
      return { type: "answer", result: (await answering?.(decoded as never)) ?? { type: "done" } };
    } catch (error) {
      return failed(failureOf(error));
    }
  }
}

export type Push = <Name extends WindowPushName>(name: Name, value: WindowPush<Name>) => Promise<void>;
