/** How a person at this computer can be shown the window. */
export type Sight =
  | { readonly by: "electron"; readonly program: string; readonly display: number }
  | { readonly by: "browser"; readonly display: number }
  /** `why`: a sentence for the person. */
  | { readonly by: "nothing"; readonly why: string };

/** `electron`: path of its runtime, where there is one. Only an X display of this computer can be seen from inside the lab. */
export function sightOf(environment: Readonly<NodeJS.ProcessEnv>, electron: string | undefined): Sight {
  const { DISPLAY: named = "" } = environment;
  if (named === "") return { by: "nothing", why: "There is no display here (DISPLAY is not set)." };
  const [, number] = /^(?:unix)?:(\d+)(?:\.\d+)?$/.exec(named) ?? [];
  if (number === undefined) {
    return { by: "nothing", why: `The display ${named} is not on this computer, and the lab has no way to others.` };
  }
  const display = Number(number);
  return electron === undefined ? { by: "browser", display } : { by: "electron", program: electron, display };
}
