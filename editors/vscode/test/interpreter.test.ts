import assert from "node:assert/strict";
import { homedir } from "node:os";
import * as path from "node:path";
import { test } from "node:test";

import { candidates, expanded, type Folder, shown } from "../src/interpreter";

const SHOP = path.resolve("/projects/shop");
const folder = (about: Partial<Folder> = {}): Folder => ({
  path: SHOP,
  defaultInterpreter: "",
  selected: undefined,
  ...about,
});
const commands = (named: string, folders: readonly Folder[]) => candidates(named, folders).map(shown);

const ON_PATH = ["pymongo-async-lint lsp", "python3 -m pymongo_async_lint lsp", "python -m pymongo_async_lint lsp"];

test("an interpreter that is named is the only one", () => {
  const known = folder({ selected: "/envs/shop/bin/python", defaultInterpreter: "/usr/bin/python3" });
  assert.deepEqual(commands("/envs/tools/bin/python", [known]), ["/envs/tools/bin/python -m pymongo_async_lint lsp"]);
});

test("the one that is selected in the Python extension comes first, then its default, then PATH", () => {
  const known = folder({ selected: "/envs/shop/bin/python", defaultInterpreter: "/usr/bin/python3" });
  assert.deepEqual(commands("", [known]), [
    "/envs/shop/bin/python -m pymongo_async_lint lsp",
    "/usr/bin/python3 -m pymongo_async_lint lsp",
    ...ON_PATH,
  ]);
});

test("without the Python extension there is PATH", () => {
  assert.deepEqual(commands("", [folder()]), ON_PATH);
  assert.deepEqual(commands("", [folder({ path: undefined })]), ON_PATH);
});

test("no command is tried twice", () => {
  const both = [folder({ selected: "/envs/a/bin/python" }), folder({ selected: "/envs/a/bin/python" })];
  assert.deepEqual(commands("", both), ["/envs/a/bin/python -m pymongo_async_lint lsp", ...ON_PATH]);
  const [first, ...rest] = commands("", [folder({ defaultInterpreter: "python" })]);
  assert.equal(first, "python -m pymongo_async_lint lsp");
  assert.deepEqual(rest, ON_PATH.slice(0, 2));
});

test("all folders of a workspace are asked, those with a selection first", () => {
  const folders = [
    folder({ defaultInterpreter: "${workspaceFolder}/.venv/bin/python" }),
    folder({ path: path.resolve("/projects/mail"), selected: "/envs/mail/bin/python" }),
  ];
  assert.deepEqual(
    candidates("", folders)
      .slice(0, 2)
      .map(({ command }) => command),
    ["/envs/mail/bin/python", path.join(SHOP, ".venv", "bin", "python")],
  );
});

test("paths are written as in other settings", () => {
  const env = { VIRTUAL_ENV: "/envs/$& it" };
  assert.equal(expanded("~/bin/python", SHOP), path.join(homedir(), "bin", "python"));
  assert.equal(expanded("${userHome}/bin/python", undefined), `${homedir()}/bin/python`);
  assert.equal(expanded("${workspaceFolder}/bin/python", SHOP), path.join(SHOP, "bin", "python"));
  assert.equal(expanded("./bin/python", SHOP), path.join(SHOP, "bin", "python"));
  assert.equal(expanded("${env:VIRTUAL_ENV}/bin/python", undefined, env), "/envs/$& it/bin/python");
  assert.equal(expanded("${env:NOTHING}/bin/python", undefined, env), "/bin/python");
});

test("a name without a folder is left to PATH", () => {
  assert.equal(expanded("python3.13", SHOP), "python3.13");
  assert.equal(expanded("python~", SHOP), "python~");
});

test("a command is shown as one would type it", () => {
  const [candidate] = candidates("C:\\Program Files\\Python\\python.exe", [folder({ path: undefined })]);
  assert(candidate);
  assert.equal(shown(candidate), '"C:\\Program Files\\Python\\python.exe" -m pymongo_async_lint lsp');
  assert.equal(candidate.origin, "the setting pymongo-async-lint.interpreter");
});
