/** Version that `anslut --version` shows; equals package.json (command-line.test.ts). */
export const version = "0.1.0";
