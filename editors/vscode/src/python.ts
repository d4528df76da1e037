/** What VS Code and its Python extension know of interpreters. */

import { PythonExtension } from "@vscode/python-extension";
import { type Disposable, type WorkspaceFolder, workspace } from "vscode";

import type { Folder } from "./interpreter";

type Environments = PythonExtension["environments"];

/** The Python extension's environments; undefined if it is not there. */
export async function environments(): Promise<Environments | undefined> {
  try {
    return (await PythonExtension.api()).environments;
  } catch {
    return undefined;
  }
}

/** The folders of the workspace; a window without any counts as one folder without a path. */
export async function folders(): Promise<Folder[]> {
  const known = await environments();
  return Promise.all((workspace.workspaceFolders ?? [undefined]).map((folder) => inspected(folder, known)));
}

/** Calls whenever another interpreter is selected. */
export async function onSelection(listener: () => void): Promise<Disposable | undefined> {
  return (await environments())?.onDidChangeActiveEnvironmentPath(listener);
}

async function inspected(folder: WorkspaceFolder | undefined, known: Environments | undefined): Promise<Folder> {
  const active = known?.getActiveEnvironmentPath(folder?.uri);
  const environment = active && (await known?.resolveEnvironment(active));
  return {
    path: folder?.uri.fsPath,
    defaultInterpreter: workspace.getConfiguration("python", folder?.uri).get("defaultInterpreterPath", ""),
    selected: environment?.executable.uri?.fsPath,
  };
}
