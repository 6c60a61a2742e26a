import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "../../ui/tokens.css";
import "../../ui/components.css";
import "./pages.css";
import { App } from "./app.tsx";
import { type ProgramWords, takeProgramWords } from "./hand-over.ts";
import { showLanguage, startTexts } from "./languages.ts";
import {
  becomeProgramsTab,
  isProgramsTab,
  preferredLanguage,
  preferredTheme,
  showTheme,
  takeOn,
} from "./preferences.ts";
import { useSession } from "./session.ts";

// First of all: a code must not stay in the address bar for the length of a download.
const { start } = useSession.getState();
const words = takeProgramWords();
const started = start(words?.code ?? null);
showTheme(preferredTheme());
if (words !== null) follow(words);
// The program opens the page again with another code, or looks otherwise now: the browser sees a step inside the same page.
window.addEventListener("hashchange", () => {
  const next = takeProgramWords();
  if (next === null) return;
  if (next.code !== null) void start(next.code);
  if (follow(next)) void texts.then(() => showLanguage(preferredLanguage()));
});

const texts = startTexts(preferredLanguage());
await Promise.all([texts, started]);
const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);

/** Looks as the program does, in the tab that it has opened; returns whether it was one. */
function follow({ code, look }: ProgramWords): boolean {
  if (code !== null) becomeProgramsTab();
  if (look === null || !isProgramsTab()) return false;
  takeOn(look);
  return true;
}
