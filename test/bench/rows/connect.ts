import { type Figure, figure, ms, Series } from "../figure.ts";
import type { Timed } from "../inside/face.ts";
import type { Office } from "../office.ts";

const roundTripMs = 40;
const runs = 9;

/** Click to echo from the router: on the portal's page, and in the client's own list. */
export async function connect(office: Office): Promise<readonly Figure[]> {
  const machine = office.lab.variable("MACHINE1_NAME");
  await office.face.tell("signIn", { url: office.lab.variable("PORTAL_URL"), who: await office.who("ANNA", 1) });
  await office.ask({ type: "dial" });
  const page = new Series();
  const own = new Series();
  for (let run = 0; run < runs; run++) {
    page.add((await office.face.tell<Timed>("click", { machine })).elapsedMs);
    await office.ask({ type: "disconnect", machine });
    own.add(
      (await office.ask({ type: "connect", machine, networks: null, orderNumber: "", reason: "", standIn: false }))
        .elapsedMs,
    );
    await office.ask({ type: "disconnect", machine });
  }
  await office.ask({ type: "hangUp" });
  const goalMs = 4 * roundTripMs + 50;
  const goal = `≤ ${ms(goalMs)}`;
  return [
    figure({
      row: "connect",
      what: "click on the page to echo from the router",
      measured: ms(page.median),
      limit: `3 round trips: ${ms(3 * roundTripMs)}`,
      goal,
      held: page.median <= goalMs,
      note: page.note,
    }),
    figure({
      row: "connect",
      what: "in the client's own list, by name",
      measured: ms(own.median),
      limit: `3 round trips: ${ms(3 * roundTripMs)}`,
      goal,
      held: own.median <= goalMs,
      note: own.note,
    }),
  ];
}
