import type { AgentRequest, Check, Diagnosis } from "../../contract/agent.ts";
import german from "../../resources/locales/de.json" with { type: "json" };
import english from "../../resources/locales/en.json" with { type: "json" };
import swedish from "../../resources/locales/sv.json" with { type: "json" };

/** The page for the customer's IT: which host, which ports, what traffic, why. Markdown. */

export type Language = Extract<AgentRequest, { readonly type: "doctor" }>["language"];

export interface PageContent {
  readonly portal: string;
  readonly ask: Diagnosis["ask"];
  readonly checks: readonly Check[];
  readonly inspected: boolean;
  readonly nowMs: number;
}

type Catalogue = Pick<typeof english, "page" | "checks" | "causes">;
const catalogues: Readonly<Record<Language, Catalogue>> = { en: english, de: german, sv: swedish };

const maxPageChars = 20_000;

export function makePage(language: Language, content: PageContent): string {
  const { page } = catalogues[language];
  const { portal, ask, nowMs, inspected } = content;
  const fill = (text: string) =>
    placed(text, { portal, time: new Date(nowMs).toISOString().slice(0, 16).replace("T", " ") });
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
      content.checks.map((check) => foundRow(language, check, portal)),
    ),
  ];
  return `${blocks.join("\n\n")}\n`.slice(0, maxPageChars);
}

function foundRow(language: Language, check: Check, portal: string): readonly string[] {
  const { checks, causes } = catalogues[language];
  const outcome = checks.outcome[check.outcome];
  const why = check.cause === null ? "" : `: ${placed(causes[check.cause].headline, { portal })}`;
  return [`${checks.name[check.check]} ${check.subject}`, `${outcome}${why}`];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---|").join("")}`, ...rows.map(line)].join("\n");
}

// What a check found comes from outside (names of authorities): it must not break the table or become a link.
function cell(text: string): string {
  return text.replace(/[\\|`*_[\]<>]/g, "\\$&").replaceAll(/\s+/g, " ");
}

function placed(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}
