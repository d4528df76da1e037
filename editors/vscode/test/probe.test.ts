import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { test } from "node:test";

import type { Candidate } from "../src/interpreter";
import { choose, run } from "../src/probe";

const candidate = (command: string, ...check: string[]): Candidate => ({ command, args: [], check, origin: "a test" });
const node = (script: string) => run(candidate(process.execPath, "-e", script), tmpdir());

test("the first command that can be used is chosen, and no further one is asked", async () => {
  const asked: string[] = [];
  const all = ["a", "b", "c"].map((name) => candidate(name));
  const choice = await choose(all, ({ command }) => {
    asked.push(command);
    return Promise.resolve(command === "a" ? "it is broken" : undefined);
  });
  assert.deepEqual(asked, ["a", "b"]);
  assert.equal(choice.chosen, all[1]);
  assert.deepEqual(choice.refused, [{ candidate: all[0], reason: "it is broken" }]);
});

test("where none can be used, all reasons are known", async () => {
  const all = ["a", "b"].map((name) => candidate(name));
  const choice = await choose(all, ({ command }) => Promise.resolve(`no ${command}`));
  assert.equal(choice.chosen, undefined);
  assert.deepEqual(
    choice.refused.map(({ reason }) => reason),
    ["no a", "no b"],
  );
});

test("a server that reads its input until it ends can be used", async () => {
  assert.equal(await node("process.stdin.resume(); process.stdin.on('end', () => process.exit(0))"), undefined);
});

test("one that ends before it reads can be used, too", async () => {
  assert.equal(await node("process.exit(0)"), undefined);
});

test("the last line of what a command complains is the reason", async () => {
  const script = "console.error('Traceback\\n\\nModuleNotFoundError: No module\\n'); process.exitCode = 1";
  assert.equal(await node(script), "ModuleNotFoundError: No module");
});

test("a command that fails without a word has a reason, too", async () => {
  assert.match((await node("process.exitCode = 3")) ?? "", /^Command failed/);
});

test("a program that there is not", async () => {
  assert.equal(
    await run(candidate("pymongo-async-lint-that-is-not-there", "lsp"), tmpdir()),
    "there is no such program",
  );
});

test("Python is told not to look for its modules among the user's files", async () => {
  assert.equal(await node("process.exitCode = process.env.PYTHONSAFEPATH === '1' ? 0 : 1"), undefined);
});
