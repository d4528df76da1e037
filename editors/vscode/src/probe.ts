/** Finds out which command really starts the server. */

import { execFile } from "node:child_process";

import type { Candidate } from "./interpreter";

/** Milliseconds until a command that says nothing counts as broken. */
const PATIENCE = 60_000;

/** What the server runs in: it must not take a file of the project, such as `types.py`, for a module of Python's own. */
export function environment(): NodeJS.ProcessEnv {
  return { ...process.env, PYTHONSAFEPATH: "1" };
}

/** Why a command can't be used; undefined if it can. */
export type Probe = (candidate: Candidate) => Promise<string | undefined>;

export interface Refused {
  readonly candidate: Candidate;
  readonly reason: string;
}

export interface Choice {
  /** Undefined if none can be used. */
  readonly chosen: Candidate | undefined;
  readonly refused: readonly Refused[];
}

/** The first command that can be used. */
export async function choose(candidates: readonly Candidate[], probe: Probe): Promise<Choice> {
  const refused: Refused[] = [];
  for (const candidate of candidates) {
    const reason = await probe(candidate);
    if (reason === undefined) {
      return { chosen: candidate, refused };
    }
    refused.push({ candidate, reason });
  }
  return { chosen: undefined, refused };
}

/** Runs a command's check, with nothing to read: a server ends then by itself. */
export function run(candidate: Candidate, cwd: string | undefined): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = execFile(
      candidate.command,
      candidate.check,
      { cwd, env: environment(), timeout: PATIENCE, windowsHide: true },
      (error, _, stderr) => {
        if (error === null) {
          resolve(undefined);
        } else if (error.code === "ENOENT") {
          resolve("there is no such program");
        } else if (error.killed === true) {
          resolve(`it doesn't end within ${PATIENCE / 1000} seconds`);
        } else {
          resolve(lastLine(stderr) ?? error.message);
        }
      },
    );
    child.stdin?.on("error", () => undefined); // it may have ended before it reads
    child.stdin?.end();
  });
}

function lastLine(text: string): string | undefined {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .at(-1);
}
