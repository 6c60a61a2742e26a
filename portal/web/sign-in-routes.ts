import type { CookieSerializeOptions } from "@fastify/cookie";
import { closed, decoder } from "../../contract/decoder.ts";
import { Login, LoginCode, LoginDevice, LoginHandOver } from "../../contract/portal.ts";
import { checkSameOrigin, cookieOf, sessionCookie } from "./access.ts";
import type { Call, Route } from "./call.ts";
import { streamEvents } from "./event-stream.ts";
import type { Parts } from "./parts.ts";
import type { SignedIn } from "./sign-in.ts";
import { timeOf } from "./store/clock.ts";
import { version } from "./version.ts";

const decode = {
  login: decoder("portal", Login),
  loginCode: decoder("portal", LoginCode),
  loginDevice: decoder("portal", LoginDevice),
  loginHandOver: decoder("portal", LoginHandOver),
  nothing: decoder("portal", closed({})),
};

const done = { done: true } as const;
const cookie: CookieSerializeOptions = { path: "/", secure: true, httpOnly: true, sameSite: "strict" };

/** Signing in and out, and what a session is told of itself. */
export function signInRoutes({ store, signIn, sessions, events, tunnels, review, pins }: Parts): readonly Route[] {
  const answer = async (call: Call, client: "agent" | "page", signedIn: SignedIn) => {
    if (client === "agent" || signedIn.session === null) return signedIn.answer;
    // Whatever session this browser brought along is over: nobody can have planted the one that begins now.
    const earlier = cookieOf(call.request);
    if (earlier !== undefined) {
      await sessions.endToken(earlier);
      await review.sessionsEnded();
    }
    const expires = new Date(signedIn.session.expires);
    call.reply.setCookie(sessionCookie, signedIn.session.token, { ...cookie, expires });
    return signedIn.answer;
  };
  return [
    {
      method: "GET",
      path: "/about",
      policy: "anybody",
      handle: async () => ({ product: "anslut-portal", version, time: timeOf(store.clock.now()) }),
    },
    {
      method: "POST",
      path: "/login",
      policy: "anybody",
      handle: async (call) => {
        const login = decode.login(call.body);
        if (login.client === "page") checkSameOrigin(call.request);
        return await answer(call, login.client, await signIn.withPassword(login, call.address));
      },
    },
    {
      method: "POST",
      path: "/login/code",
      policy: "anybody",
      handle: async (call) => {
        const signedIn = await signIn.withCode(decode.loginCode(call.body), call.address);
        const page = signedIn.answer.next === "signedIn" && signedIn.answer.token === null;
        return await answer(call, page ? "page" : "agent", signedIn);
      },
    },
    {
      method: "POST",
      path: "/login/device",
      policy: "anybody",
      handle: async (call) => (await signIn.withDevice(decode.loginDevice(call.body), call.address)).answer,
    },
    {
      method: "POST",
      path: "/login/hand-over",
      policy: "anybody",
      handle: async (call) => {
        checkSameOrigin(call.request);
        return await answer(call, "page", await signIn.withHandOver(decode.loginHandOver(call.body), call.address));
      },
    },
    {
      method: "POST",
      path: "/hand-overs",
      policy: "agent",
      handle: async ({ body, session }) => {
        decode.nothing(body);
        return signIn.handOver(session);
      },
    },
    {
      method: "POST",
      path: "/logout",
      policy: "session",
      handle: async ({ body, session, reply }) => {
        decode.nothing(body);
        await signIn.signOut(session);
        events.signOut(session.id, "signedOut");
        for (const tunnel of tunnels.book.ofUser(session.user)) {
          if (tunnel.session === session.id) await tunnels.end(tunnel, "signedOut");
        }
        // Pages that this session handed itself over to.
        await review.sessionsEnded();
        if (session.client === "page") reply.clearCookie(sessionCookie, cookie);
        return done;
      },
    },
    {
      method: "GET",
      path: "/me",
      policy: "session",
      handle: async ({ session }) => ({
        account: session.accountName,
        user: session.userName,
        secondFactor: session.secondFactor,
        sessionExpires: timeOf(session.expires),
        pins: pins(),
      }),
    },
    {
      method: "GET",
      path: "/events",
      policy: "session",
      handle: async ({ session, request, reply }) => streamEvents(events, session, request, reply),
    },
  ];
}
