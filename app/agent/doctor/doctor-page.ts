import { IntlMessageFormat } from "intl-messageformat";
import type { AgentRequest, Check, Diagnosis } from "../../../contract/agent.ts";
import { closedWay } from "../../core/closed-way.ts";

/** The page for the customer's IT: which host, which ports, what traffic, why. Markdown. */

export type Language = Extract<AgentRequest, { readonly type: "doctor" }>["language"];

export interface PageContent {
  readonly portal: string;
  readonly ask: Diagnosis["ask"];
  readonly checks: readonly Check[];
  readonly inspected: boolean;
  readonly nowMs: number;
}

// Read when somebody asks; a test keeps all languages equal.
const catalogues = {
  en: () => import("../../../resources/locales/en.json", { with: { type: "json" } }),
  de: () => import("../../../resources/locales/de.json", { with: { type: "json" } }),
  sv: () => import("../../../resources/locales/sv.json", { with: { type: "json" } }),
} as const;

type Catalogue = Awaited<ReturnType<(typeof catalogues)[Language]>>["default"];

const maxPageChars = 20_000;

export async function makePage(language: Language, content: PageContent): Promise<string> {
  const { default: catalogue } = await catalogues[language]();
  const { page } = catalogue;
  const { portal, ask, nowMs, inspected } = content;
  const time = new Date(nowMs).toISOString().slice(0, 16).replace("T", " ");
  const fill = (text: string) =>
    String(new IntlMessageFormat(text, language).format({ portal, time, machine: "none" }));
  const { destination, port, protocol, through } = page.columns;
  const openings = ask.map((opening) => [opening.host, String(opening.port), "TCP", opening.through ?? page.direct]);
  const blocks = [
    `# ${fill(page.title)}`,
    fill(ask.length > 0 ? page.intro : page.nothing),
    ...(ask.length > 0 ? [table([destination, port, protocol, through], openings)] : []),
    `## ${fill(page.trafficTitle)}`,
    fill(page.traffic),
    ...(inspected ? [fill(page.inspection)] : []),
    `## ${fill(page.safetyTitle)}`,
    fill(page.safety),
    `## ${fill(page.foundTitle)}`,
    table(
      [page.found.check, page.found.result],
      content.checks.map((check) => foundRow(catalogue, check, fill)),
    ),
  ];
  return `${blocks.join("\n\n")}\n`.slice(0, maxPageChars);
}

function foundRow(catalogue: Catalogue, check: Check, fill: (text: string) => string): readonly string[] {
  const { checks, causes } = catalogue;
  const closed = closedWay(check);
  const found = closed !== null ? checks.closed[closed] : check.cause === null ? "" : causes[check.cause].headline;
  const why = found === "" ? "" : `: ${fill(found)}`;
  return [`${checks.name[check.check]} ${check.subject}`, `${checks.outcome[check.outcome]}${why}`];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---|").join("")}`, ...rows.map(line)].join("\n");
}

// What a check found comes from outside (names of authorities): it must not break the table or become a link.
function cell(text: string): string {
  return text.replace(/[\\|`*_[\]<>]/g, "\\$&").replaceAll(/\s+/g, " ");
}
