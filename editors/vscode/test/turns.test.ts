import assert from "node:assert/strict";
import { test } from "node:test";

import { inTurns } from "../src/turns";

/** A job that ends when it is told to. */
function job() {
  const ends: { well: () => void; badly: (reason: Error) => void }[] = [];
  const turn = inTurns(
    () =>
      new Promise<void>((resolve, reject) => {
        ends.push({ well: resolve, badly: reject });
      }),
  );
  return { ends, turn };
}

/** Lets everything go on that can go on. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test("calls while it runs share the one run after it", async () => {
  const { ends, turn } = job();
  const first = turn();
  await settled();
  const [second, third] = [turn(), turn()];
  assert.equal(second, third);
  await settled();
  assert.equal(ends.length, 1);
  ends[0]?.well();
  await first;
  await settled();
  assert.equal(ends.length, 2);
  ends[1]?.well();
  await Promise.all([second, third]);
  assert.equal(ends.length, 2);
});

test("a run that fails tells those who wait for it, and the next one starts all the same", async () => {
  const { ends, turn } = job();
  const first = turn();
  await settled();
  const second = turn();
  ends[0]?.badly(new Error("broken"));
  await assert.rejects(first, /broken/);
  await settled();
  ends[1]?.well();
  await second;
});
