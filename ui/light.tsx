/**
 * States as seen from afar, told apart by shape and not by colour alone:
 * disc there · check in a disc ours, and it answers · diamond in use · ring not there · dashed ring not known ·
 * half a disc in part · disc with a bar silent · triangle wrong · open ring under way.
 */
export type LightState = "on" | "linked" | "used" | "off" | "unknown" | "part" | "silent" | "wrong" | "busy";

const shapes: Readonly<Record<LightState, string>> = {
  on: "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11z",
  linked: "M8 0a8 8 0 1 0 0 16A8 8 0 0 0 8 0zM3.6 8.3 5 6.9l2.2 2.2L11.2 5l1.4 1.4L7.2 11.9z",
  used: "M8 1l7 7-7 7-7-7z",
  off: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zm0 2a4 4 0 1 1 0 8 4 4 0 0 1 0-8z",
  unknown:
    "M7 2.1A6 6 0 0 0 2.1 7h2A4 4 0 0 1 7 4.1zM9 2.1v2A4 4 0 0 1 11.9 7h2A6 6 0 0 0 9 2.1zM2.1 9A6 6 0 0 0 7 13.9v-2A4 4 0 0 1 4.1 9zM11.9 9A4 4 0 0 1 9 11.9v2A6 6 0 0 0 13.9 9z",
  part: "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zm0 2v10A5 5 0 0 1 8 3z",
  silent: "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zM4 6.8h8v2.4H4z",
  wrong: "M8 1l7.2 13H.8L8 1zm-.9 4.5v4.5h1.8V5.5zm0 5.7v1.7h1.8v-1.7z",
  busy: "M8 1a7 7 0 1 0 7 7h-2a5 5 0 1 1-5-5z",
};

type LightProps = {
  readonly state: LightState;
  readonly children: string;
  /** The word is for screen readers alone: what stands beside it says the same. */
  readonly quiet?: true;
};

/** A state light with its word. */
export function Light({ state, children, quiet }: LightProps) {
  return (
    <span className="light" data-state={state}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d={shapes[state]} fill="currentColor" fillRule="evenodd" />
      </svg>
      {quiet ? <span className="visually-hidden">{children}</span> : children}
    </span>
  );
}
