/** What the user has set, and what of it the server is told. */

/** The name of the extension, of its settings and commands, and of the server itself. */
export const NAME = "pymongo-async-lint";

export type Scope = "open" | "workspace";

/** The server's `initializationOptions`. */
export interface ServerOptions {
  /** Goes over the settings of the projects; the keys are those of `pyproject.toml`. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly diagnostics: Scope;
  readonly unsafeFixes: boolean;
}

/** Reads one of our settings, without `pymongo-async-lint.` in front. */
export type Read = (key: string) => unknown;

/** What the server is told of the settings. A value that VS Code marks as wrong counts as not set. */
export function serverOptions(read: Read): ServerOptions {
  const settings = read("settings");
  return {
    settings: isTable(settings) ? settings : {},
    diagnostics: read("diagnostics") === "workspace" ? "workspace" : "open",
    unsafeFixes: read("unsafeFixes") !== false,
  };
}

/** The interpreter that the user names; empty if there is none. */
export function namedInterpreter(read: Read): string {
  const named = read("interpreter");
  return typeof named === "string" ? named.trim() : "";
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
