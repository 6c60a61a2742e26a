/** Who may import what: ARCHITECTURE.md, "Folders". A file belongs to the area with the longest folder that holds it. */
export interface Area {
  readonly folder: string;
  /** Folders and files outside of the area that it may import; its own folder always. */
  readonly imports: readonly string[];
  /** Whether it may import the modules of Node. */
  readonly node: boolean;
  readonly packages: readonly string[];
}

const contract = "contract";
const core = "app/core";
const dial = "app/dial";
const face = "app/face";
const texts = "resources/locales";
const tlsCrypt = "portal/tls-crypt";

const textPackages = ["i18next", "i18next-icu", "intl-messageformat"];
const pagePackages = [
  ...textPackages,
  "react",
  "react-aria-components",
  "react-dom",
  "react-i18next",
  "zustand",
] as const;

export const areas: readonly Area[] = [
  { folder: contract, imports: [], node: false, packages: ["typebox"] },
  { folder: core, imports: [contract], node: false, packages: [] },
  { folder: dial, imports: [contract, core], node: true, packages: ["got", "pac-resolver", "quickjs-wasi"] },
  {
    folder: "app/agent",
    imports: [contract, core, dial, texts],
    node: true,
    // typebox: what the agent reads back from its own files is decoded like a wire.
    packages: ["@napi-rs/keyring", "intl-messageformat", "pino", "typebox"],
  },
  // The client of the agent's socket, for whatever a person sits before.
  { folder: face, imports: [contract, core], node: true, packages: [] },
  {
    folder: "app/cli",
    imports: [contract, core, face, texts],
    node: true,
    packages: ["commander", ...textPackages],
  },
  {
    folder: "router",
    imports: [contract, core, dial, texts],
    node: true,
    packages: ["commander", "pino", ...textPackages],
  },
  // Neither knows Electron: the stage and the tests stand on them too.
  { folder: "app/desktop/bridge", imports: [contract, core, face], node: true, packages: [] },
  {
    folder: "app/desktop/tray",
    imports: [contract, core, "app/desktop/bridge", texts],
    node: false,
    packages: textPackages,
  },
  {
    folder: "app/desktop/main",
    imports: [
      contract,
      core,
      face,
      "app/desktop/bridge",
      "app/desktop/tray",
      "app/desktop/preload/channels.ts",
      "resources/links.json",
    ],
    node: true,
    packages: ["electron"],
  },
  {
    folder: "app/desktop/preload",
    imports: ["contract/window.ts", "contract/window-names.ts"],
    node: false,
    packages: ["electron"],
  },
  { folder: "ui", imports: ["contract/causes.ts", texts], node: false, packages: pagePackages },
  {
    folder: "portal/pages",
    imports: [
      "contract/portal.ts",
      "contract/causes.ts",
      "contract/constants.ts",
      "contract/decoder.ts",
      "contract/values.ts",
      core,
      "ui",
      texts,
    ],
    node: false,
    packages: [...pagePackages, "qrcode-generator"],
  },
  {
    folder: "app/desktop/renderer",
    imports: [
      "contract/agent.ts",
      "contract/causes.ts",
      "contract/constants.ts",
      "contract/portal.ts",
      "contract/preferences.ts",
      "contract/state.ts",
      "contract/values.ts",
      "contract/window.ts",
      "contract/window-names.ts",
      core,
      "ui",
      texts,
    ],
    node: false,
    packages: [...pagePackages, "uplot"],
  },
  {
    folder: "portal/web",
    imports: [contract, tlsCrypt, texts],
    node: true,
    packages: [
      "@fastify/cookie",
      "@fastify/helmet",
      "@fastify/static",
      "@peculiar/x509",
      "fastify",
      "kysely",
      "otpauth",
      "pino",
      "reflect-metadata",
      "typebox",
      ...textPackages,
    ],
  },
  // web wraps the keys of tunnels, front unwraps them.
  { folder: tlsCrypt, imports: [contract], node: true, packages: ["typebox"] },
  { folder: "portal/front", imports: [contract, tlsCrypt], node: true, packages: ["pino"] },
  { folder: "portal/exchange", imports: [contract], node: true, packages: [] },
  {
    // It opens the database that `web` keeps: `anslut-portal init`, `account add`, …
    folder: "portal/cli",
    imports: [contract, "portal/web/store", texts],
    node: true,
    packages: ["commander", "pino", ...textPackages],
  },
  {
    folder: "build",
    imports: [],
    node: true,
    packages: ["@electron/fuses", "electron-builder", "electron-vite", "esbuild", "vite"],
  },
];

/** May import everything: what runs the parts together. */
export const unrestrictedFolders: readonly string[] = ["test"];

/** What a test beside the code may import on top of its area. */
export const testPackages: readonly string[] = ["fast-check", "vitest"];

/** What the configuration of a tool (`*.config.ts`) may import. */
export const configPackages: readonly string[] = ["@vitejs/plugin-react", "electron-vite", "vite", "vitest"];

/** Names that say the kind and not the topic (STYLE.md). */
export const refusedFolderNames: readonly string[] = ["common", "helpers", "lib", "misc", "types", "utils"];
