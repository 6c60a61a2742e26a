/** Names of the three ways between page and main; nobody listens on any other. */
export const channels = { call: "anslut:call", follow: "anslut:follow", push: "anslut:push" } as const;
