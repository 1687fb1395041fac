// Builds the page assets: web/front/<entry>.js -> web/static/dist/, with a manifest that web/assets.py reads.
// An entry is every .js file directly in web/front/: adding an island is adding a file.
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { defineConfig } from "vite";

const front = "web/front";
const entries = readdirSync(front).filter((name) => name.endsWith(".js"));

// Typst wants TTF: Tinos has the metrics of Times New Roman, which the paper forms of the decrees are drawn in.
const documentFonts = {
  name: "document-fonts",
  generateBundle() {
    for (const face of ["400Regular", "400Regular_Italic", "700Bold", "700Bold_Italic"]) {
      const source = readFileSync(`node_modules/@expo-google-fonts/tinos/${face}/Tinos_${face}.ttf`);
      this.emitFile({ type: "asset", fileName: `fonts/Tinos_${face}.ttf`, source });
    }
  },
};

export default defineConfig({
  base: "/static/dist/",
  plugins: [documentFonts],
  build: {
    outDir: "web/static/dist",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0, // the content security policy allows no data: URLs
    chunkSizeWarningLimit: 4000,
    rollupOptions: {
      input: Object.fromEntries(entries.map((name) => [basename(name, ".js"), join(front, name)])),
    },
  },
});
