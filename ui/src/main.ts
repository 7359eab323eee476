import "@fontsource-variable/inter";
import { mount } from "svelte";
import App from "./App.svelte";
import "./app.css";
import { app } from "./lib/app.svelte";
import { openDoor, type Step } from "./lib/door";
import { theme } from "./lib/theme.svelte";

await openDoor();
const target = document.getElementById("app");
if (target) mount(App, { target });
await app.open();

// ?open=m1&step=waves&theme=dark: to look at one screen.
if (import.meta.env.DEV) {
  const query = new URLSearchParams(location.search);
  const shown = query.get("theme");
  if (shown === "light" || shown === "dark") theme.choose(shown);
  const id = query.get("open");
  if (id && (await app.openMigration(id))) {
    const step = query.get("step");
    if (step) app.go(step as Step);
    const panel = query.get("panel");
    if (panel) app.panel = panel as "activity";
  }
}
