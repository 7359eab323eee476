// Icons as drawings in index.html instead of as JavaScript: each `@lucide/svelte/icons/x` becomes a reference to one of them.
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

const WANTED = /@lucide\/svelte\/icons\/([a-z0-9-]+)/g;
const here = dirname(fileURLToPath(import.meta.url));

type Node = [string, Record<string, string | number>];

/** Every icon that a source file names, in order. */
export function wanted(folder = join(here, "src")): string[] {
  const names = new Set<string>();
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!/\.(svelte|ts)$/.test(file)) continue;
    for (const [, name] of readFileSync(join(folder, file), "utf8").matchAll(WANTED)) if (name) names.add(name);
  }
  return [...names].sort();
}

/** One icon's drawing, as Lucide has it. */
function drawing(name: string): string {
  const folder = join(here, "node_modules/@lucide/svelte/dist/icons");
  // Some names are other names of a drawing.
  const file = join(folder, /from "\.\/(.*\.svelte)"/.exec(readFileSync(join(folder, `${name}.js`), "utf8"))?.[1] ?? `${name}.svelte`);
  const data = /const iconData = (\{.*\});/.exec(readFileSync(file, "utf8"))?.[1];
  if (!data) throw new Error(`Lucide's icon ${name} is written in another way than before: look at ${file}`);
  const { node } = JSON.parse(data) as { node: Node[] };
  return node.map(([tag, is]) => `<${tag}${Object.entries(is).map(([key, value]) => ` ${key}="${value}"`).join("")}/>`).join("");
}

export function sprite(names: string[]): string {
  return `<svg class="sprite" width="0" height="0" aria-hidden="true"><defs>${names.map((name) => `<g id="i-${name}">${drawing(name)}</g>`).join("")}</defs></svg>`;
}

export function icons(): Plugin {
  return {
    name: "icons",
    enforce: "pre",
    resolveId: (source) => (source.startsWith("@lucide/svelte/icons/") ? `\0icon:${source.slice(21)}` : undefined),
    load: (id) => (id.startsWith("\0icon:") ? `import { drawn } from ${JSON.stringify(join(here, "src/components/glyph.ts"))};\nexport default drawn(${JSON.stringify(id.slice(6))});` : undefined),
    transformIndexHtml: (html) => html.replace("</body>", `${sprite(wanted())}\n  </body>`),
  };
}
