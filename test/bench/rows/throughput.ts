import { Actor } from "../actor.ts";
import { type Figure, figure, ratio, Series } from "../figure.ts";
import type { Office } from "../office.ts";

const runs = 3;
const seconds = 3;
const bareNet = { server: "10.250.0.1", client: "10.250.0.2" };

/** Mbit/s from laptop to portal and back, by turns: bare OpenVPN, through front, through relay and front, wrapped in TLS. */
export async function throughput(office: Office): Promise<readonly Figure[]> {
  const { lab } = office;
  // A cable instead of the delayer, which carries less than OpenVPN.
  await lab.setLine("office", { roundTripMs: 0 });
  const helper = await Actor.start(lab, "laptop2", "tech2", "helper");
  await helper.tell("signIn", { url: lab.variable("PORTAL_URL"), who: await office.who("BEN", 1) });
  const bare = new Series();
  const front = new Series();
  const relayed = new Series();
  const wrapped = new Series();
  for (let run = 0; run < runs; run++) {
    const end = await openBare(office);
    bare.add(await measure(office, { address: bareNet.server, port: 5201 }));
    await end();
    await office.stock.tell("dial");
    front.add(await measure(office, await openGateway(office)));
    await office.stock.tell("hangUp");
    for (const [series, port, isWrapped] of [[relayed, 1194, false] as const, [wrapped, 443, true] as const]) {
      await helper.tell<string>("connect", { port, wrapped: isWrapped });
      series.add(await measure(office, await openGateway(office)));
      await helper.tell("disconnect");
    }
  }
  await helper.end();
  return [
    line("through front, stock client", front, bare, 0.97),
    line("through relay and front, our client", relayed, bare, null),
    line("wrapped in TLS, our client", wrapped, bare, 0.7),
  ];
}

function line(what: string, ours: Series, bare: Series, goal: number | null): Figure {
  return figure({
    row: "throughput",
    what,
    measured: `${ratio(ours.median, bare.median)} (${Math.round(ours.median)} Mbit/s)`,
    stock: `${Math.round(bare.median)} Mbit/s (bare OpenVPN)`,
    limit: "bare OpenVPN",
    goal: goal === null ? "" : `≥ ${goal} ×`,
    held: goal === null ? null : ours.median >= goal * bare.median,
    note: ours.note,
  });
}

/** Mean of both directions. */
async function measure(office: Office, { address, port }: Iperf): Promise<number> {
  const rates: number[] = [];
  for (const direction of [[], ["--reverse"]]) {
    const argv = [
      "iperf3",
      "--json",
      "--time",
      String(seconds),
      "--port",
      String(port),
      "--client",
      address,
      ...direction,
    ];
    const said = JSON.parse(await office.lab.output("laptop2", argv)) as {
      readonly error?: string;
      readonly end: { readonly sum_received?: { readonly bits_per_second: number } };
    };
    if (said.end.sum_received === undefined) throw new Error(`iperf3 ${address}: ${said.error}`);
    rates.push(said.end.sum_received.bits_per_second / 1e6);
  }
  return rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
}

interface Iperf {
  readonly address: string;
  readonly port: number;
}

let lastPort = 5201;

/** An iperf3 beside the gateway of the account, which its firewall lets through for this. One each time: it waits for a client that hung up. */
async function openGateway({ lab }: Office): Promise<Iperf> {
  const route = await lab.output("laptop2", ["ip", "-o", "route"]);
  const gateway = /via (10\.\S+) dev (?:anslut0|stock0)/.exec(route)?.[1];
  if (gateway === undefined) throw new Error(`no gateway: ${route}`);
  const script = `for ns in $(ip netns list | cut -d' ' -f1); do
  ip -n "$ns" -4 addr | grep -q " $1/" || continue
  ip netns exec "$ns" nft insert rule inet anslut input tcp dport $2 accept
  ip netns exec "$ns" iperf3 --server --daemon --port "$2"
  exit 0
done; exit 1`;
  await lab.output("portal", ["sh", "-c", script, "sh", gateway, String(++lastPort)]);
  return { address: gateway, port: lastPort };
}

/** Two OpenVPN that know each other by fingerprint, with the ciphers of ours. Resolves to what ends both. */
async function openBare({ lab }: Office): Promise<() => Promise<void>> {
  const address = lab.variable("PORTAL_ADDRESS");
  const fingerprints = {
    portal: await makeCertificate(lab, "portal"),
    laptop2: await makeCertificate(lab, "laptop2"),
  };
  const common = "dev bare0\ndev-type tap\ndata-ciphers AES-256-GCM\ntls-version-min 1.3\ntcp-nodelay\nverb 3\n";
  const own = "cert /tmp/bare.crt\nkey /tmp/bare.key\n";
  const ends = {
    portal: `${common}${own}proto tcp-server\nport 5000\ntls-server\ndh none\nifconfig ${bareNet.server} 255.255.255.0\npeer-fingerprint ${fingerprints.laptop2}\n`,
    laptop2: `${common}${own}proto tcp-client\nremote ${address} 5000\ntls-client\nifconfig ${bareNet.client} 255.255.255.0\npeer-fingerprint ${fingerprints.portal}\n`,
  };
  for (const host of ["portal", "laptop2"] as const) await lab.writeFile(host, "/tmp/bare.conf", ends[host]);
  const server = lab.spawn("portal", ["openvpn", "--config", "/tmp/bare.conf"]);
  await server.line(/Listening for incoming TCP connection/);
  const client = lab.spawn("laptop2", ["openvpn", "--config", "/tmp/bare.conf"]);
  await client.line(/Initialization Sequence Completed/);
  const iperf = lab.spawn("portal", ["iperf3", "--server", "--bind", bareNet.server, "--forceflush"]);
  await iperf.line(/Server listening/);
  return async () => {
    for (const each of [iperf, client, server]) await each.kill();
  };
}

async function makeCertificate(lab: Office["lab"], host: "portal" | "laptop2"): Promise<string> {
  const script = `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=${host} \\
  -keyout /tmp/bare.key -out /tmp/bare.crt 2>/dev/null && openssl x509 -fingerprint -sha256 -noout -in /tmp/bare.crt`;
  return (await lab.output(host, ["sh", "-c", script])).trim().split("=")[1] ?? "";
}
