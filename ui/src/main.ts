import "@fontsource-variable/inter";
import { mount } from "svelte";
import App from "./App.svelte";
import "./app.css";
import { app } from "./lib/app.svelte";
import { openDoor } from "./lib/door";
import "./lib/theme.svelte";

await openDoor();
const target = document.getElementById("app");
if (target) mount(App, { target });
await app.open();
