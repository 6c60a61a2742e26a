import { defineConfig } from "vitest/config";

/** Folders of test/ whose tests need the network namespaces and programs of the lab. */
const labFolders = "{lab,electron,e2e,attack,bad-days,chaos,reach,stage}";

// `unit` stands beside the code and needs nothing but Node. `window` drives the desktop's renderer in Chromium. `lab` files run one after the other: each opens a world of its own.
export default defineConfig({
  test: {
    // What comes about by itself is waited for, however busy the machine is.
    expect: { poll: { timeout: 20_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["**/*.test.{ts,tsx}"],
          exclude: ["**/node_modules/**", "dist/**", ".cache/**", `test/${labFolders}/**`, "test/window/**"],
        },
      },
      {
        extends: true,
        test: {
          name: "window",
          include: ["test/window/**/*.test.ts"],
          globalSetup: "test/window/setup.ts",
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: "lab",
          include: [`test/${labFolders}/**/*.test.{ts,tsx}`],
          exclude: ["**/node_modules/**"],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
