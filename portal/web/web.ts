import { chmodSync, rmSync } from "node:fs";
import type { Server } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { createSecureContext } from "node:tls";
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import { Access } from "./access.ts";
import { AccountBook } from "./account-book.ts";
import { Admissions } from "./admission.ts";
import { Checks } from "./checks.ts";
import { EventHub } from "./events.ts";
import { ExchangeLink } from "./exchange-link.ts";
import { FrontLink } from "./front-link.ts";
import { History } from "./history.ts";
import { Intents } from "./intents.ts";
import { createListener } from "./listener.ts";
import { MachineList } from "./machine-list.ts";
import { MachineNews } from "./machine-news.ts";
import { MachinePresence } from "./machine-presence.ts";
import { OwnPassword } from "./own-password.ts";
import { OwnSecondFactor } from "./own-second-factor.ts";
import { OwnSessions } from "./own-sessions.ts";
import { PasswordProof } from "./password-proof.ts";
import { Review } from "./review.ts";
import { RouterOrderBook } from "./router-orders.ts";
import { Routers } from "./routers.ts";
import { routes } from "./routes.ts";
import { createHttp } from "./server.ts";
import { Sessions } from "./sessions.ts";
import { SignIn } from "./sign-in.ts";
import { StandIns } from "./stand-ins.ts";
import { renewServers } from "./store/accounts.ts";
import { readPins } from "./store/pins.ts";
import { readSettings } from "./store/settings.ts";
import type { Store } from "./store/store.ts";
import { renewWebCertificate } from "./store/web-certificate.ts";
import { Tickets } from "./tickets.ts";
import { Tunnels } from "./tunnels.ts";

/** Where a running web meets its neighbours. */
export interface WebPaths {
  readonly exchangeSocket: string;
  readonly webTlsSocket: string;
  readonly tunnelsSocket: string;
  /** Where `anslut-portal` says that it changed the database. */
  readonly changesSocket: string;
  readonly pages: string;
}

export interface Web {
  readonly app: FastifyInstance;
  readonly stop: () => Promise<void>;
}

const dayMs = 86_400_000;

/** Puts web together and starts it. Resolves when its sockets listen; exchange may come later. */
export async function startWeb(store: Store, paths: WebPaths, log: Logger): Promise<Web> {
  const { clock, secrets } = store;
  await renewWebCertificate(store);
  await renewServers(store);
  const settings = await readSettings(store.db);
  let pins = readPins(secrets);
  let context = secureContext(store);
  let exchangeIsEqual = false;

  const accounts = new AccountBook(store);
  await accounts.read();
  const events = new EventHub(clock);
  const exchange = new ExchangeLink(paths.exchangeSocket, clock, log);
  const orders = new RouterOrderBook(clock);
  const tunnels = new Tunnels(store, accounts, exchange, log);
  const intents = new Intents(store, accounts, tunnels, exchange, events, log, orders);
  const list = new MachineList(store, {
    present: (machine) => intents.present(machine),
    online: (machine) => presence.of(machine),
  });
  const news = new MachineNews(events, list);
  const presence: MachinePresence = new MachinePresence(store, tunnels.book, news);
  const sessions = new Sessions(store);
  const tickets = new Tickets(store, accounts, tunnels, settings);
  const routers = new Routers(store, tickets, tunnels, () => pins);
  const signIn = new SignIn(store, sessions, () => pins);
  const history = new History(store, tunnels.book, intents);
  const admissions = new Admissions(store, accounts, tunnels);
  const review = new Review({ store, accounts, sessions, tunnels, intents, events, news, log });
  const standIns = new StandIns({ store, accounts, book: tunnels.book, list, review: () => review.changed() });
  const ownSessions = new OwnSessions(store, () => review.changed());
  const proof = new PasswordProof(store);
  const quietly = (work: Promise<unknown>) => work.catch((error) => log.error({ err: error }, "web"));

  await tunnels.load();
  await intents.load(news);
  await presence.load();
  await review.everything();
  tunnels.listen({
    opened: (tunnel) => {
      const { machine } = tunnel;
      if (machine === null) return;
      const online = presence.online(tunnel, (older) => tunnels.end(older, "tunnelReplaced"));
      void quietly(online.then(() => standIns.routerOpened(machine)));
    },
    counted: (tunnel) => void quietly(intents.tunnelCounted(tunnel)),
    ended: (tunnel, cause) => {
      if (tunnel.user !== null) {
        events.publish(tunnel.user, { type: "tunnelEnded", tunnel: tunnel.id, cause });
        void quietly(intents.tunnelEnded(tunnel, cause));
      } else if (tunnel.machine !== null) {
        orders.forget(tunnel.machine);
        intents.routerEnded(tunnel.machine);
        void quietly(presence.offline(tunnel.machine, tunnel.account));
      }
    },
  });
  exchange.start({
    welcome: (welcome) => {
      exchangeIsEqual = false;
      const equal = tunnels.reconcile(welcome, (account) => intents.review(account));
      void quietly(
        equal.then(() => {
          exchangeIsEqual = true;
        }),
      );
    },
    authorise: (question) => admissions.authorise(question),
    event: (event) => tunnels.take(event),
  });

  const readCertificate = () => {
    const before = JSON.stringify(pins);
    pins = readPins(secrets);
    context = secureContext(store);
    if (JSON.stringify(pins) !== before) events.publishToAll({ type: "pins", pins });
  };
  const cancelRenewal = daily(store, async () => {
    if (await renewWebCertificate(store)) readCertificate();
    await renewServers(store);
  });

  const parts = {
    store,
    sessions,
    signIn,
    ownSessions,
    ownPassword: new OwnPassword(store, proof, ownSessions),
    ownSecondFactor: new OwnSecondFactor(store, proof),
    review,
    tunnels,
    tickets,
    routers,
    intents,
    list,
    standIns,
    orders,
    checks: new Checks(store, orders),
    history,
    events,
    pins: () => pins,
  };
  const app = await createHttp(routes(parts), new Access(sessions, routers), paths.pages, log);
  const front = new FrontLink(secrets.read("ticketKey"), admissions.handlers, log);
  const changes = createServer((socket) => {
    socket.on("error", () => {});
    readCertificate();
    // The answer tells the other side that it is done, and whether the networks are.
    void quietly(review.changed()).finally(() => socket.end(JSON.stringify({ exchange: exchangeIsEqual })));
  });
  const web = createListener(app.server, () => context, log);
  await listen(changes, paths.changesSocket, 0o600);
  await listen(front.server, paths.tunnelsSocket, 0o660);
  await listen(web, paths.webTlsSocket, 0o660);
  return {
    app,
    stop: async () => {
      cancelRenewal();
      events.stop();
      exchange.stop();
      front.stop();
      changes.close();
      web.close();
      app.server.closeAllConnections();
      await app.close();
    },
  };
}

function secureContext({ secrets }: Store) {
  const [cert, key] = [secrets.read("webCertificate"), secrets.read("webKey")];
  return createSecureContext({ cert, key, minVersion: "TLSv1.2", sessionIdContext: "anslut-portal" });
}

/** Does it once a day until the returned function is called. */
function daily(store: Store, work: () => Promise<void>): () => void {
  let cancel = () => {};
  const next = () => {
    cancel = store.clock.after(dayMs, () => {
      work().then(next, next);
    });
  };
  next();
  return () => cancel();
}

/** A socket that was left behind by a web that was killed is in the way. */
async function listen(server: Server, path: string, mode: number): Promise<void> {
  rmSync(path, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
  chmodSync(path, mode);
}

/** Paths in a run directory as DECISIONS names them. */
export function pathsIn(run: string, pages: string): WebPaths {
  return {
    exchangeSocket: join(run, "web", "exchange.sock"),
    changesSocket: join(run, "web", "changes.sock"),
    webTlsSocket: join(run, "front", "web-tls.sock"),
    tunnelsSocket: join(run, "front", "tunnels.sock"),
    pages,
  };
}
