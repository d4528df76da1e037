import assert from "node:assert/strict";
import { test } from "node:test";

import { namedInterpreter, serverOptions } from "../src/settings";

const reader = (values: Record<string, unknown>) => (key: string) => values[key];

test("the server is told its own settings, and nothing else", () => {
  const settings = { select: ["PMA1"] };
  const read = reader({ settings, diagnostics: "workspace", unsafeFixes: false, interpreter: "/usr/bin/python3" });
  assert.deepEqual(serverOptions(read), { settings, diagnostics: "workspace", unsafeFixes: false });
});

test("what is not set, or is nothing that VS Code would accept, is the default", () => {
  const defaults = { settings: {}, diagnostics: "open", unsafeFixes: true };
  assert.deepEqual(serverOptions(reader({})), defaults);
  assert.deepEqual(serverOptions(reader({ settings: [], diagnostics: "all", unsafeFixes: "no" })), defaults);
  assert.deepEqual(serverOptions(reader({ settings: null })), defaults);
});

test("an interpreter is named by text that is not blank", () => {
  assert.equal(namedInterpreter(reader({ interpreter: " ./.venv/bin/python " })), "./.venv/bin/python");
  assert.equal(namedInterpreter(reader({ interpreter: "  " })), "");
  assert.equal(namedInterpreter(reader({ interpreter: 3 })), "");
  assert.equal(namedInterpreter(reader({})), "");
});
