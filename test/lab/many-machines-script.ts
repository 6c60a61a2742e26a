// Gives an account many machines with a network each, all granted to one user. Runs on the portal as web's user (many-machines.ts).

import { randomBytes } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { foldForSearch, sortKey } from "../../portal/web/store/names.ts";

const [accountName = "", userName = "", count = "0"] = process.argv.slice(2);
const db = new DatabaseSync("/var/lib/anslut-portal/portal.db", { timeout: 20_000 });
const account = db.prepare("select id from accounts where name = ?").get(accountName) as { readonly id: string };
const user = db.prepare("select id from users where account_id = ? and name = ?").get(account.id, userName) as {
  readonly id: string;
};
const insert = (table: string, row: Readonly<Record<string, string | number | null>>): void => {
  const names = Object.keys(row);
  const places = names.map(() => "?").join(", ");
  db.prepare(`insert into ${table} (${names.map((name) => `"${name}"`).join(", ")}) values (${places})`).run(
    ...Object.values(row),
  );
};
const id = (): string => randomBytes(8).toString("hex");
const cities = ["Berlin", "Göteborg", "Graz", "Lyon", "Porto", "Zürich", "Turku"];

db.exec("begin immediate");
for (let index = 0; index < Number(count); index++) {
  const machine = id();
  const name = `press-${index}`;
  const customer = `Customer ${index % 400}`;
  const place = `${cities[index % cities.length]}, hall ${index % 9}`;
  const serial = `B-${index.toString(16).padStart(6, "0")}`;
  const created = Date.now();
  insert("machines", {
    id: machine,
    account_id: account.id,
    name: `bench ${name}`,
    name_key: foldForSearch(`bench ${name}`),
    sort_key: sortKey(`bench ${name}`),
    customer,
    place,
    serial,
    search_text: foldForSearch(`bench ${name} ${customer} ${place} ${serial}`),
    router_offset: 100_000 + index,
    online: index % 2,
    last_seen: created,
    created,
  });
  const network = `172.${16 + (index >> 12)}.${(index >> 4) & 255}.${(index & 15) << 4}/28`;
  insert("machine_networks", {
    id: id(),
    account_id: account.id,
    machine_id: machine,
    network,
    stand_in: null,
    source_nat: 0,
  });
  insert("grants", {
    ...{ id: id(), account_id: account.id, user_id: user.id, machine_id: machine, network_id: null },
    ...{ destination: null, protocol: null, first_port: null, last_port: null, until: null, created },
  });
}
db.exec("commit");
db.close();
