/** What the status item shows. */

import { type Candidate, shown } from "./interpreter";
import type { Choice } from "./probe";
import { NAME } from "./settings";

export const RESTART = `${NAME}.restart`;
export const SHOW_LOG = `${NAME}.showLog`;

export type State =
  | { readonly kind: "starting" }
  | { readonly kind: "running"; readonly command: Candidate; readonly version: string | undefined }
  | { readonly kind: "missing" }
  | { readonly kind: "stopped"; readonly reason: string };

export interface Status {
  readonly text: string;
  readonly detail: string;
  readonly severity: "information" | "warning" | "error";
  readonly busy: boolean;
  readonly command: { readonly title: string; readonly command: string };
}

const INSTALL = `pip install '${NAME}[lsp]'`;

export function status(state: State): Status {
  const showLog = { title: "Show log", command: SHOW_LOG };
  const restart = { title: "Restart", command: RESTART };
  switch (state.kind) {
    case "starting":
      return { text: NAME, detail: "starting", severity: "information", busy: true, command: showLog };
    case "running":
      return {
        text: state.version === undefined ? NAME : `${NAME} ${state.version}`,
        detail: `${state.command.command} (${state.command.origin})`,
        severity: "information",
        busy: false,
        command: showLog,
      };
    case "missing":
      return {
        text: `${NAME} is not installed`,
        detail: `${INSTALL}, then restart it`,
        severity: "warning",
        busy: false,
        command: restart,
      };
    case "stopped":
      return {
        text: `${NAME} has stopped`,
        detail: state.reason,
        severity: "error",
        busy: false,
        command: restart,
      };
  }
}

/** What the log says of a choice, line by line. */
export function told(choice: Choice): string[] {
  const lines = choice.refused.map(
    ({ candidate, reason }) => `can't use ${shown(candidate)} (${candidate.origin}): ${reason}`,
  );
  if (choice.chosen === undefined) {
    lines.push(`nothing to start; install it in the project's environment: ${INSTALL}`);
  } else {
    lines.push(`starting ${shown(choice.chosen)} (${choice.chosen.origin})`);
  }
  return lines;
}
