// Makes dist/: the extension in one file, and the licences of what went into it.

import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";

import { build } from "esbuild";

await rm("dist", { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: ["src/extension.ts"],
  outfile: "dist/extension.js",
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  mainFields: ["module", "main"],
  external: ["vscode"],
  minify: true,
  metafile: true,
});

/** Licences that go together with ours. */
const FREE = new Set(["MIT", "ISC", "BlueOak-1.0.0", "BSD-2-Clause", "BSD-3-Clause"]);

const packages = new Set(
  Object.keys(metafile.inputs).flatMap((file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []),
);
const notices = await Promise.all([...packages].sort().map(notice));
await writeFile("dist/third-party.txt", notices.join(`\n${"-".repeat(80)}\n\n`));

/** @param {string} folder */
async function notice(folder) {
  const { name, version, license } = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) {
    throw new Error(`${name} comes without the text of its licence`);
  }
  if (!FREE.has(license)) {
    throw new Error(`${name} has a licence that nobody has looked at: ${license}`);
  }
  return `${name} ${version} (${license})\n\n${(await readFile(path.join(folder, file), "utf8")).trim()}\n`;
}
