import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { chooseLanguage, initTexts } from "../../../ui/texts.ts";
import "../../../ui/tokens.css";
import "../../../ui/components.css";
import "./renderer.css";
import { App } from "./app.tsx";
import { catalogues } from "./catalogues.ts";
import { followConnections } from "./connect/connect.ts";
import { followTraffic } from "./machine/traffic.ts";
import { followBridge } from "./store.ts";

// Before anything is waited for: what the program behind the page says first must not be missed.
followBridge();
followConnections();
followTraffic();
await initTexts(chooseLanguage(navigator.languages), catalogues);
const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
