import { About } from "./about/about.tsx";
import { Doctor } from "./doctor/doctor.tsx";
import { History } from "./history/history.tsx";
import { MachineDetail } from "./machine/machine-detail.tsx";
import { Settings } from "./settings/settings.tsx";
import { useDesk } from "./store.ts";

/** The place that is gone to, in its frame. */
export function App() {
  return (
    <main>
      <Place />
    </main>
  );
}

function Place() {
  const place = useDesk((desk) => desk.place);
  const entry = useDesk((desk) => (desk.chosen === null ? undefined : desk.machines.get(desk.chosen)));
  switch (place) {
    case "machines":
      return entry === undefined ? null : <MachineDetail entry={entry} />;
    case "portal":
      return null;
    case "doctor":
      return <Doctor />;
    case "history":
      return <History />;
    case "settings":
      return <Settings />;
    case "about":
      return <About />;
  }
}
