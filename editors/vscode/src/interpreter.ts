/** Which commands may start the server, in the order in which they are tried. */

import { homedir } from "node:os";
import * as path from "node:path";

import { NAME } from "./settings";

/** A command that starts the server, if the linter is installed where it looks for it. */
export interface Candidate {
  readonly command: string;
  readonly args: readonly string[];
  /** Arguments that tell soon, by the exit status, whether all is there that the server needs. */
  readonly check: readonly string[];
  /** Where we have it from, for people. */
  readonly origin: string;
}

/** A folder of the workspace, and what is known of the Python in it. */
export interface Folder {
  /** Undefined where a window has no folder. */
  readonly path: string | undefined;
  /** `python.defaultInterpreterPath`, as it is written. */
  readonly defaultInterpreter: string;
  /** The interpreter that is selected in the Python extension; undefined if there is none. */
  readonly selected: string | undefined;
}

/**
 * An interpreter that the user names is the only one. Else those that are selected in the Python extension come first, folder by
 * folder, then the default ones of its settings, then what is on PATH: the tool by itself, and Python.
 */
export function candidates(named: string, folders: readonly Folder[]): Candidate[] {
  if (named !== "") {
    return [python(expanded(named, folders[0]?.path), `the setting ${NAME}.interpreter`)];
  }
  const found: Candidate[] = [];
  for (const { selected } of folders) {
    if (selected !== undefined) {
      found.push(python(selected, "selected in the Python extension"));
    }
  }
  for (const folder of folders) {
    if (folder.defaultInterpreter !== "") {
      const interpreter = expanded(folder.defaultInterpreter, folder.path);
      found.push(python(interpreter, "the setting python.defaultInterpreterPath"));
    }
  }
  found.push({ command: NAME, args: ["lsp"], check: ["lsp"], origin: "on PATH" });
  found.push(python("python3", "on PATH"), python("python", "on PATH"));
  const commands = found.map(shown);
  return found.filter((candidate, index) => commands.indexOf(shown(candidate)) === index);
}

/** The command as a person would type it. */
export function shown(candidate: Candidate): string {
  return [candidate.command, ...candidate.args].map((word) => (/\s/.test(word) ? `"${word}"` : word)).join(" ");
}

/** A path as settings write it, with `~`, `${workspaceFolder}`, `${userHome}`, `${env:NAME}`, or relative to the folder. */
export function expanded(
  text: string,
  folder: string | undefined,
  env: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const home = homedir();
  const replaced = text
    .replace(/^~(?=$|[/\\])/, () => home)
    .replaceAll("${userHome}", () => home)
    .replaceAll("${workspaceFolder}", () => folder ?? "")
    .replace(/\$\{env:(\w+)\}/g, (_, name: string) => env[name] ?? "");
  const isName = !/[/\\]/.test(replaced); // looked for on PATH
  return isName || folder === undefined ? replaced : path.resolve(folder, replaced);
}

function python(interpreter: string, origin: string): Candidate {
  const args = ["-m", "pymongo_async_lint", "lsp"];
  return { command: interpreter, args, check: ["-c", "import pymongo_async_lint, pygls"], origin };
}
