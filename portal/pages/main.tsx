import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "../../ui/tokens.css";
import "../../ui/components.css";
import "./pages.css";
import { App } from "./app.tsx";
import { takeHandOver } from "./hand-over.ts";
import { startTexts } from "./languages.ts";
import { preferredLanguage, preferredTheme, showTheme } from "./preferences.ts";
import { useSession } from "./session.ts";

// First of all: a code must not stay in the address bar for the length of a download.
const { start } = useSession.getState();
const started = start(takeHandOver());
// The program opens the page again with another code: the browser sees a step inside the same page.
window.addEventListener("hashchange", () => {
  const code = takeHandOver();
  if (code !== null) void start(code);
});

showTheme(preferredTheme());
await Promise.all([startTexts(preferredLanguage()), started]);
const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
