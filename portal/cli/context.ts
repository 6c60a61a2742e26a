import { userInfo } from "node:os";
import type { Readable } from "node:stream";
import { systemClock } from "../web/store/clock.ts";
import type { Admin } from "../web/store/store.ts";
import { closeStore, openStore } from "../web/store/store.ts";
import { becomeOwner } from "./owner.ts";
import { askWeb } from "./poke.ts";
import type { Texts } from "./texts.ts";

/** What every command gets. */
export interface Context {
  readonly t: Texts;
  readonly stdin: Readable;
  readonly print: (text: string) => void;
  readonly data: () => string;
  readonly run: () => string;
}

/** Shows a result: JSON for programs, `text` for people. */
export function show(context: Context, options: { readonly json?: boolean }, value: unknown, text: string): void {
  context.print(options.json === true ? JSON.stringify(value) : text);
}

/** Opens the store as its owner, runs the work, closes it. */
export async function withStore<Result>(context: Context, work: (admin: Admin) => Promise<Result>): Promise<Result> {
  const actor = adminName();
  becomeOwner(context.data());
  const store = await openStore(context.data(), systemClock);
  try {
    return await work({ store, actor });
  } finally {
    await closeStore(store);
  }
}

/** The same for work that changes something: a running web acts on it before this returns. */
export async function changeStore<Result>(context: Context, work: (admin: Admin) => Promise<Result>): Promise<Result> {
  const result = await withStore(context, work);
  await askWeb(context.run());
  return result;
}

/** Who acts, for the audit log: the person behind sudo where there is one. */
export function adminName(): string {
  const { SUDO_USER: sudoUser } = process.env;
  return `admin:${sudoUser ?? userInfo().username}`;
}
