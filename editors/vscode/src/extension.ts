/** What VS Code calls. */

import { commands, type ExtensionContext, languages, window, workspace } from "vscode";

import * as python from "./python";
import { Server } from "./server";
import { NAME } from "./settings";
import { RESTART, SHOW_LOG } from "./status";

/** The settings that decide what starts the server. */
const INTERPRETERS = [`${NAME}.interpreter`, "python.defaultInterpreterPath"];

let server: Server | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  const log = window.createOutputChannel("PyMongo Async Lint", { log: true });
  const item = languages.createLanguageStatusItem(NAME, { scheme: "file", language: "python" });
  item.name = "PyMongo Async Lint";
  const started = (server = new Server(log, item));
  context.subscriptions.push(
    log,
    item,
    commands.registerCommand(RESTART, () => started.restart()),
    commands.registerCommand(SHOW_LOG, () => {
      log.show();
    }),
    workspace.onDidChangeConfiguration(async (change) => {
      if (INTERPRETERS.some((key) => change.affectsConfiguration(key))) {
        await started.refresh();
      }
      if (change.affectsConfiguration(NAME)) {
        await started.tellSettings();
      }
    }),
    workspace.onDidChangeWorkspaceFolders(() => started.refresh()),
  );
  const selection = await python.onSelection(() => void started.refresh());
  if (selection !== undefined) {
    context.subscriptions.push(selection);
  }
  await started.refresh();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
