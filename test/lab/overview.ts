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
${codeHint(lab)}
From another terminal: npm run lab -- exec <host> -- <command>
`;
}

function codeHint({ description: { variables } }: Lab): string {
  if (variables.LAB_TOTP_SECRET === undefined) return "";
  return `
A second factor's code (each works once)
  /opt/lab/wire totp $LAB_TOTP_SECRET            --ahead 1 for the next one
The whole way as a script
  npm run lab -- run test/lab/examples/read-register.sh
`;
}
