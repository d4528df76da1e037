import assert from "node:assert/strict";
import { test } from "node:test";

import type { Candidate } from "../src/interpreter";
import { RESTART, SHOW_LOG, status, told } from "../src/status";

const PYTHON: Candidate = {
  command: "/envs/shop/bin/python",
  args: ["-m", "pymongo_async_lint", "lsp"],
  check: [],
  origin: "selected in the Python extension",
};
const REFUSED = {
  candidate: { command: "python3", args: ["-m", "x"], check: [], origin: "on PATH" },
  reason: "No module named x",
};

test("while it starts, it is busy", () => {
  const { busy, severity } = status({ kind: "starting" });
  assert.deepEqual([busy, severity], [true, "information"]);
});

test("a server that runs says which one it is, and where it is from", () => {
  const { text, detail, severity, busy, command } = status({ kind: "running", command: PYTHON, version: "1.2.3" });
  assert.equal(text, "pymongo-async-lint 1.2.3");
  assert.equal(detail, "/envs/shop/bin/python (selected in the Python extension)");
  assert.deepEqual([busy, severity, command.command], [false, "information", SHOW_LOG]);
  assert.equal(status({ kind: "running", command: PYTHON, version: undefined }).text, "pymongo-async-lint");
});

test("where it is not installed, it says how to install it", () => {
  const { text, detail, severity, command } = status({ kind: "missing" });
  assert.equal(text, "pymongo-async-lint is not installed");
  assert.match(detail, /pip install 'pymongo-async-lint\[lsp\]'/);
  assert.deepEqual([severity, command.command], ["warning", RESTART]);
});

test("one that has stopped can be started again", () => {
  const { detail, severity, busy, command } = status({ kind: "stopped", reason: "it crashed" });
  assert.deepEqual([detail, severity, busy, command.command], ["it crashed", "error", false, RESTART]);
});

test("the log tells what was tried, and what is started", () => {
  assert.deepEqual(told({ chosen: PYTHON, refused: [REFUSED] }), [
    "can't use python3 -m x (on PATH): No module named x",
    "starting /envs/shop/bin/python -m pymongo_async_lint lsp (selected in the Python extension)",
  ]);
});

test("the log tells what to do where nothing can be started", () => {
  const lines = told({ chosen: undefined, refused: [REFUSED] });
  assert.equal(lines.length, 2);
  assert.match(lines[1] ?? "", /pip install 'pymongo-async-lint\[lsp\]'/);
});
