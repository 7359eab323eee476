import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";
import svelteConfig from "./svelte.config.js";

export default ts.config(
  { ignores: ["dist", "node_modules", "src/lib/bindings.ts"] },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser } },
    rules: {
      // TypeScript knows better.
      "no-undef": "off",
      "@typescript-eslint/consistent-type-imports": "error",
      // Maps and sets are replaced, not changed, where a view hangs on them.
      "svelte/prefer-svelte-reactivity": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
    },
  },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: [".svelte"], svelteConfig } },
  },
  {
    // One door to the core: everything else asks `door`, so that every screen can be shown over made-up data.
    files: ["src/**"],
    ignores: ["src/lib/door.ts"],
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        {
          patterns: [
            { group: ["@tauri-apps/*"], message: "Only src/lib/door.ts talks to the core." },
            { group: ["**/bindings"], allowTypeImports: true, message: "Only src/lib/door.ts calls commands; take types from it." },
          ],
        },
      ],
    },
  },
);
