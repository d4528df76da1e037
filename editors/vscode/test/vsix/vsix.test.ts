/** The packaged extension starts the real server. `npm run package` comes first; PYTHON has pymongo-async-lint[lsp]. */

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { test, type TestContext } from "node:test";

import { unzipSync } from "fflate";

import { type Document, Editor } from "./editor";

const DIST = path.join(__dirname, "..", "..", "dist");
const PYTHON = process.env.PYTHON ?? "python3";
const SERVER = `${PYTHON} -m pymongo_async_lint lsp`;

const DB = "from pymongo import AsyncMongoClient\n\ndb = AsyncMongoClient().shop\n";
const MISTAKE = "from db import db\n\n\nasync def add(item):\n    db.items.insert_one(item)\n";
const RIGHT = MISTAKE.replace("db.items", "await db.items");

/** The files of the package that `npm run package` has made. */
const packaged = (() => {
  const [name, ...others] = readdirSync(DIST).filter((file) => file.endsWith(".vsix"));
  assert(name !== undefined && others.length === 0, "there is one package");
  return unzipSync(readFileSync(path.join(DIST, name)));
})();

interface Opened {
  readonly editor: Editor;
  readonly routes: Document;
  readonly db: Document;
}

/** An editor with a project in it, in which the packaged extension has been activated. */
async function opened(
  t: TestContext,
  python: string | undefined,
  settings: Record<string, unknown> = {},
): Promise<Opened> {
  const scratch = realpathSync(mkdtempSync(path.join(tmpdir(), "pymongo-async-lint-")));
  const write = (file: string, content: string | Uint8Array) => {
    const whole = path.join(scratch, file);
    mkdirSync(path.dirname(whole), { recursive: true });
    writeFileSync(whole, content);
    return whole;
  };
  for (const [file, bytes] of Object.entries(packaged)) {
    write(file, bytes);
  }
  const project = path.join(scratch, "shop");
  write("shop/pyproject.toml", "[tool.pymongo-async-lint]\n");
  write("shop/types.py", "raise RuntimeError('this is not the module of the standard library')\n");
  const editor = new Editor(project, settings, python);
  const routes = editor.open(write("shop/routes.py", MISTAKE), MISTAKE);
  const db = editor.open(write("shop/db.py", DB), DB);
  const manifest = JSON.parse(readFileSync(path.join(scratch, "extension", "package.json"), "utf8")) as {
    main: string;
  };
  const extension = editor.load(path.resolve(scratch, "extension", manifest.main));
  t.after(async () => {
    await extension.deactivate();
    rmSync(scratch, { recursive: true });
  });
  await extension.activate({ subscriptions: [] });
  return { editor, routes, db };
}

const isRunning = (editor: Editor) => /^pymongo-async-lint \d+\.\d+\.\d+/.test(editor.status.text ?? "");

const started = (editor: Editor) => editor.log.filter((line) => line.startsWith("starting "));

test("the package has what it needs, and nothing else", () => {
  const files = Object.keys(packaged).filter((name) => name.startsWith("extension/"));
  assert.deepEqual(files.sort(), [
    "extension/LICENSE.txt",
    "extension/changelog.md",
    "extension/dist/extension.js",
    "extension/dist/third-party.txt",
    "extension/icon.png",
    "extension/package.json",
    "extension/readme.md",
  ]);
});

test("the server that the package starts finds a mistake, and sees that it is put right", async (t) => {
  const { editor, routes, db } = await opened(t, PYTHON);
  assert.deepEqual(started(editor), [`starting ${SERVER} (selected in the Python extension)`]);
  await editor.until(() => isRunning(editor));
  await editor.until(() => editor.codes(routes).includes("PMA101"));
  assert.deepEqual(editor.codes(db), []);
  editor.type(routes, RIGHT);
  await editor.until(() => editor.codes(routes).length === 0);
  editor.type(routes, MISTAKE);
  await editor.until(() => editor.codes(routes).includes("PMA101"));
  editor.type(db, DB.replaceAll("AsyncMongoClient", "MongoClient"));
  await editor.until(() => editor.codes(routes).includes("PMA201"));
  assert.deepEqual(editor.errors, []);
});

test("settings reach the server at its start, and when they change", async (t) => {
  const { editor, routes } = await opened(t, PYTHON, { "pymongo-async-lint.settings": { severity: { PMA1: "info" } } });
  await editor.until(() => editor.codes(routes).includes("PMA101"));
  editor.set("pymongo-async-lint.settings", { ignore: ["PMA101"] });
  await editor.until(() => editor.codes(routes).length === 0);
  editor.set("pymongo-async-lint.settings", { slect: [] });
  await editor.until(() => editor.errors.length > 0);
  assert.match(editor.errors.join(), /slect/);
  assert.equal(started(editor).length, 1);
});

test("a selection of another interpreter, and the command, start it anew", async (t) => {
  const { editor, routes } = await opened(t, "/nowhere/python", { "python.defaultInterpreterPath": PYTHON });
  assert.match(editor.log[0] ?? "", /^can't use \/nowhere\/python .*: there is no such program$/);
  assert.deepEqual(started(editor), [`starting ${SERVER} (the setting python.defaultInterpreterPath)`]);
  const other = path.join(editor.folder, "python");
  writeFileSync(other, `#!/bin/sh\nexec '${PYTHON}' "$@"\n`, { mode: 0o755 });
  editor.select(other);
  await editor.until(() => editor.status.detail?.startsWith(other) === true);
  await editor.commands.get("pymongo-async-lint.restart")?.();
  assert.deepEqual(
    started(editor).slice(1),
    [1, 2].map(() => `starting ${other} -m pymongo_async_lint lsp (selected in the Python extension)`),
  );
  await editor.until(() => editor.codes(routes).includes("PMA101"));
});

test("an interpreter that is named and can't be used is told, and nothing else is started", async (t) => {
  const { editor } = await opened(t, PYTHON, { "pymongo-async-lint.interpreter": "./nowhere/python" });
  assert.deepEqual(started(editor), []);
  assert.equal(editor.status.text, "pymongo-async-lint is not installed");
  assert.match(editor.errors.join(), /nowhere.*there is no such program/);
  editor.set("pymongo-async-lint.interpreter", PYTHON);
  await editor.until(() => isRunning(editor));
});
