import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";
import { icons } from "../icons.ts";

/** One script that a page can load from a file; it is measured, never shipped. */
export default defineConfig({
  plugins: [icons(), svelte()],
  publicDir: false,
  build: {
    outDir: "../target/bench/map",
    emptyOutDir: true,
    target: "es2022",
    lib: { entry: "bench/map.ts", formats: ["iife"], name: "map", fileName: () => "map.js", cssFileName: "map" },
  },
});
