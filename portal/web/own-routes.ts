import { closed, decoder } from "../../contract/decoder.ts";
import {
  PasswordChange,
  SecondFactorConfirmation,
  SecondFactorRemoval,
  SecondFactorRequest,
} from "../../contract/portal.ts";
import type { Route } from "./call.ts";
import type { Parts } from "./parts.ts";

const decode = {
  nothing: decoder("portal", closed({})),
  passwordChange: decoder("portal", PasswordChange),
  secondFactorRequest: decoder("portal", SecondFactorRequest),
  secondFactorConfirmation: decoder("portal", SecondFactorConfirmation),
  secondFactorRemoval: decoder("portal", SecondFactorRemoval),
};

const done = { done: true } as const;

/** What people may do with what is their own: password, second factor, sessions, remembered devices. */
export function ownRoutes({ ownPassword, ownSecondFactor, ownSessions }: Parts): readonly Route[] {
  return [
    {
      method: "POST",
      path: "/password",
      policy: "session",
      handle: async ({ session, body }) => {
        await ownPassword.change(session, decode.passwordChange(body));
        return done;
      },
    },
    {
      method: "POST",
      path: "/second-factor",
      policy: "session",
      handle: async ({ session, body }) =>
        await ownSecondFactor.begin(session, decode.secondFactorRequest(body).password),
    },
    {
      method: "POST",
      path: "/second-factor/confirm",
      policy: "session",
      handle: async ({ session, body }) => {
        await ownSecondFactor.confirm(session, decode.secondFactorConfirmation(body).code);
        return done;
      },
    },
    {
      method: "POST",
      path: "/second-factor/remove",
      policy: "session",
      handle: async ({ session, body }) => {
        await ownSecondFactor.remove(session, decode.secondFactorRemoval(body));
        return done;
      },
    },
    {
      method: "GET",
      path: "/sessions",
      policy: "session",
      handle: async ({ session }) => await ownSessions.list(session),
    },
    {
      method: "POST",
      path: "/sessions/:session/end",
      policy: "session",
      handle: async ({ session, params, body }) => {
        decode.nothing(body);
        await ownSessions.end(session, params.session ?? "");
        return done;
      },
    },
    {
      method: "POST",
      path: "/devices/:device/forget",
      policy: "session",
      handle: async ({ session, params, body }) => {
        decode.nothing(body);
        await ownSessions.forget(session, params.device ?? "");
        return done;
      },
    },
  ];
}
