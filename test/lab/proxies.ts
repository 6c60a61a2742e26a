import { createHash } from "node:crypto";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Credentials } from "./credentials.ts";
import type { DaemonPlan } from "./daemon.ts";
import { hostDirectory } from "./disk.ts";
import { proxyPorts } from "./firewall.ts";
import { run } from "./run.ts";
import { proxyName, resolverAddress } from "./topology.ts";

/** Realm that squid's proxies ask for credentials in. */
const realm = "Office proxy";

type SquidKind = "open" | "basic" | "digest";

const authentication: Readonly<Record<SquidKind, string>> = {
  open: "",
  basic: `auth_param basic program /usr/lib/squid/basic_ncsa_auth /var/lib/lab/basic
auth_param basic children 2
auth_param basic realm ${realm}
acl known proxy_auth REQUIRED
http_access deny !known`,
  digest: `auth_param digest program /usr/lib/squid/digest_file_auth -c /var/lib/lab/digest
auth_param digest children 2
auth_param digest realm ${realm}
acl known proxy_auth REQUIRED
http_access deny !known`,
};

/** CONNECT is allowed to 443 alone where a password is asked for, as companies do; the open one is generous. */
function squidConfiguration(kind: SquidKind): string {
  return `
http_port ${proxyPorts[kind]}
visible_hostname ${proxyName}
pid_filename none
cache deny all
cache_mem 8 MB
coredump_dir none
netdb_filename none
pinger_enable off
shutdown_lifetime 0 seconds
max_filedescriptors 4096
dns_nameservers ${resolverAddress}
cache_log /var/log/squid/${kind}.cache.log
access_log stdio:/var/log/squid/${kind}.access.log
logfile_rotate 0
buffered_logs off
acl anybody src all
acl tls port 443
acl wanted port 80 443 1194
acl CONNECT method CONNECT
http_access deny CONNECT !${kind === "open" ? "wanted" : "tls"}
${authentication[kind]}
http_access allow anybody
`;
}

const tinyproxyConfiguration = `
Port ${proxyPorts.tinyproxy}
Timeout 600
MaxClients 100
DisableViaHeader Yes
ConnectPort 80
ConnectPort 443
ConnectPort 1194
`;

/** Writes the proxies' files and says how to start them. */
export async function proxyDaemons(credentials: Credentials): Promise<readonly DaemonPlan[]> {
  const { user, password } = credentials.proxy;
  const disk = join(hostDirectory("proxy"), "disk");
  const lab = join(disk, "var-lib/lab");
  const logs = join(disk, "var-log/squid");
  for (const directory of [lab, logs]) await mkdir(directory, { recursive: true });
  await chmod(logs, 0o777); // squid gives up root and writes there as its own user
  for (const kind of ["open", "basic", "digest"] as const) {
    await writeFile(join(lab, `squid-${kind}.conf`), squidConfiguration(kind));
  }
  await writeFile(join(lab, "tinyproxy.conf"), tinyproxyConfiguration);
  await writeFile(join(lab, "basic"), `${user}:${await crypted(password)}\n`);
  const secret = createHash("md5").update(`${user}:${realm}:${password}`).digest("hex");
  await writeFile(join(lab, "digest"), `${user}:${realm}:${secret}\n`);
  return [
    ...(["open", "basic", "digest"] as const).map(
      (kind): DaemonPlan => ({
        host: "proxy",
        name: `squid-${kind}`,
        argv: ["squid", "-N", "-d1", "-f", `/var/lib/lab/squid-${kind}.conf`],
        ready: /Accepting HTTP Socket connections/,
      }),
    ),
    {
      host: "proxy",
      name: "tinyproxy",
      argv: ["tinyproxy", "-d", "-c", "/var/lib/lab/tinyproxy.conf"],
      ready: /Starting main loop/,
    },
  ];
}

/** crypt(3), which Node has not and every Debian's perl has; the password goes by stdin. */
function crypted(password: string): Promise<string> {
  const salt = createHash("sha256").update(password).digest("hex").slice(0, 12);
  return run("perl", ["-e", "local $/; print crypt(<STDIN>, $ARGV[0])", `$6$${salt}$`], { input: password });
}
