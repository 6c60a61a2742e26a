import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { chooseLanguage, initTexts } from "../../ui/texts.ts";
import "../../ui/tokens.css";
import "../../ui/components.css";
import "./pages.css";
import { App } from "./app.tsx";
import { catalogues } from "./catalogues.ts";

await initTexts(chooseLanguage(navigator.languages), catalogues);
const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
