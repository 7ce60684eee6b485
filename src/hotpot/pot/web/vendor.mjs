// Copies the front-end files we keep into static/web/vendor. Run it with `npm ci && npm run vendor`.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const room = dirname(fileURLToPath(import.meta.url));
const modules = join(room, "../../../../node_modules");
const vendor = join(room, "static/web/vendor");

rmSync(vendor, { recursive: true, force: true });
mkdirSync(vendor, { recursive: true });

copyFileSync(join(modules, "htmx.org/dist/htmx.min.js"), join(vendor, "htmx.min.js"));
copyFileSync(join(modules, "htmx-ext-sse/dist/sse.min.js"), join(vendor, "htmx-sse.min.js"));
copyFileSync(join(modules, "@alpinejs/csp/dist/cdn.min.js"), join(vendor, "alpine-csp.min.js"));

await build({
  entryPoints: [join(room, "echarts.mjs")],
  outfile: join(vendor, "echarts.min.js"),
  bundle: true, minify: true, format: "iife", globalName: "echarts", target: "es2020",
  define: { "process.env.NODE_ENV": '"production"' }, legalComments: "eof",
});

// Every icon is 24 by 24 strokes; size, colour and stroke come from the `.icon` class.
const symbols = readFileSync(join(room, "icons.txt"), "utf8").trim().split("\n").map((name) => {
  const svg = readFileSync(join(modules, "lucide-static/icons", `${name}.svg`), "utf8");
  const shapes = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.indexOf("</svg>"));
  return `<symbol id="${name}" viewBox="0 0 24 24">${shapes.replace(/\s*\n\s*/g, "")}</symbol>`;
});
const licence = "<!-- Lucide icons, ISC licence, https://lucide.dev/license -->";
writeFileSync(
  join(vendor, "icons.svg"),
  `${licence}\n<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`,
);
