import type { Lab } from "./lab.ts";
import { hostNames, hosts } from "./topology.ts";

/** What is where, for somebody who has just opened the lab. */
export function overview(lab: Lab): string {
  const rows = hostNames.map((name) => {
    const addresses = hosts[name].ports.map((port) => port.address).join(" ");
    return `  ${name.padEnd(10)}${addresses.padEnd(52)} ${hosts[name].title}`;
  });
  const variables = Object.entries(lab.description.variables).map(([name, value]) => `  ${name}=${value}`);
  return `The lab is open. Office firewall: ${lab.description.office}. Round trip office – internet: ${lab.description.roundTripMs} ms.

Hosts
${rows.join("\n")}

Variables (in the environment of this shell and of every script)
${variables.join("\n")}

From another terminal: npm run lab -- exec <host> -- <command>
`;
}
