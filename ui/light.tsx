/** States of a machine as seen from afar. Told apart by shape, not by colour alone. */
export type LightState = "on" | "used" | "off" | "wrong";

const shapes: Readonly<Record<LightState, string>> = {
  on: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2z",
  used: "M8 1l7 7-7 7-7-7z",
  off: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zm0 2.2a3.8 3.8 0 1 1 0 7.6 3.8 3.8 0 0 1 0-7.6z",
  wrong: "M8 1l7.2 13H.8L8 1z",
};

/** A state light with its word. */
export function Light({ state, children }: { readonly state: LightState; readonly children: string }) {
  return (
    <span className="light" data-state={state}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d={shapes[state]} fill="currentColor" fillRule="evenodd" />
      </svg>
      {children}
    </span>
  );
}
