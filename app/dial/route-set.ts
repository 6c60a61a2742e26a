import type { HelperRequest, HelperResult, RouteResult } from "../../contract/helper.ts";

type Change = Extract<HelperRequest, { readonly type: "setRoutes" | "changeRoutes" }>;
type Unnumbered<Request> = Request extends HelperRequest ? Omit<Request, "id"> : never;

/** Asks the helper for routes. */
export type RouteCall = Unnumbered<Change>;
export type RouteAnswer = Extract<HelperResult, { readonly type: "routes" | "stale" }>;

interface Answered {
  readonly revision: number;
  readonly results: ReadonlyMap<string, RouteResult>;
}

/**
 * The whole wish for one tunnel's routes, said as a difference where the helper still has what it answered last: then one
 * network of thousands costs what one costs. A lost or overtaken answer costs no more than saying all of it.
 */
export class RouteSet {
  readonly #ask: (call: RouteCall) => Promise<RouteAnswer>;
  #last: Answered | null = null;

  constructor(ask: (call: RouteCall) => Promise<RouteAnswer>) {
    this.#ask = ask;
  }

  /** Makes `networks` what is routed; one result for each, in that order. Throws what `ask` throws. */
  async set(networks: readonly string[]): Promise<readonly RouteResult[]> {
    const last = this.#last;
    this.#last = null; // until the answer is there nobody knows what stands
    const changed = last === null ? null : await this.#change(last, networks);
    const { revision, results } = changed ?? (await this.#setAll(networks));
    this.#last = { revision, results };
    return networks.flatMap((network) => results.get(network) ?? []);
  }

  async #change({ revision, results }: Answered, networks: readonly string[]): Promise<Answered | null> {
    const wanted = new Set(networks);
    const isSet = (network: string): boolean => results.get(network)?.state === "set";
    const add = [...wanted].filter((network) => !isSet(network));
    const remove = [...results.keys()].filter((network) => isSet(network) && !wanted.has(network));
    const answer = await this.#ask({ type: "changeRoutes", revision, add, remove });
    if (answer.type === "stale") return null;
    const merged = new Map([...results].filter(([network]) => wanted.has(network)));
    for (const result of answer.routes) merged.set(result.network, result);
    return { revision: answer.revision, results: merged };
  }

  async #setAll(networks: readonly string[]): Promise<Answered> {
    const answer = await this.#ask({ type: "setRoutes", networks: [...networks] });
    if (answer.type === "stale") throw new TypeError("a whole set is never stale");
    return { revision: answer.revision, results: new Map(answer.routes.map((result) => [result.network, result])) };
  }
}
