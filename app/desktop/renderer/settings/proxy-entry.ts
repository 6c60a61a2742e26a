import type { ProxySetting } from "../../../../contract/agent.ts";

/** The proxy form as it is typed. All kinds keep what was typed in them, whichever is chosen. */
export interface ProxyEntry {
  readonly mode: ProxySetting["mode"];
  readonly host: string;
  readonly port: string;
  readonly source: string;
  readonly username: string;
  readonly password: string;
}

export function entryOf(setting: ProxySetting): ProxyEntry {
  const empty = { host: "", port: "", source: "", username: "", password: "" };
  switch (setting.mode) {
    case "manual":
      return { ...empty, mode: "manual", host: setting.host, port: String(setting.port) };
    case "pac":
      return { ...empty, mode: "pac", source: setting.source };
    default:
      return { ...empty, mode: setting.mode };
  }
}

/** The entry with what was typed as a host taken apart: a scheme and a path are no part of it, a port belongs in its own field. */
export function takenApart(entry: ProxyEntry): ProxyEntry {
  const bare = entry.host
    .trim()
    .replace(/^[a-z]+:\/\//i, "")
    .replace(/[/?#].*$/, "");
  const split = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(bare);
  if (split === null) return { ...entry, host: bare.replace(/^\[|\]$/g, "") };
  const [, host = "", port = ""] = split;
  return { ...entry, host: host.replace(/^\[|\]$/g, ""), port };
}

/** Which field keeps the form from being sent; null: none. */
export function missingIn(entry: ProxyEntry): "host" | "port" | "source" | "username" | null {
  if (entry.mode === "manual") {
    if (!/^[0-9A-Za-z]([0-9A-Za-z.:_-]*[0-9A-Za-z])?$/.test(entry.host.trim())) return "host";
    const port = entry.port.trim();
    if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535) return "port";
  }
  if (entry.mode === "pac" && entry.source.trim() === "") return "source";
  if (entry.mode !== "none" && entry.password !== "" && entry.username === "") return "username";
  return null;
}

export function settingOf(entry: ProxyEntry): ProxySetting {
  switch (entry.mode) {
    case "manual":
      return { mode: "manual", host: entry.host.trim(), port: Number(entry.port.trim()) };
    case "pac":
      return { mode: "pac", source: entry.source.trim() };
    default:
      return { mode: entry.mode };
  }
}

/** A user name without a password is none: the proxy will ask. Neither is cleaned; a password may hold any character. */
export function credentialsOf(entry: ProxyEntry): { readonly username: string; readonly password: string } | null {
  if (entry.mode === "none" || entry.username === "" || entry.password === "") return null;
  return { username: entry.username, password: entry.password };
}
