/** The language server's life, as the editor's user sees it. */

import { isDeepStrictEqual } from "node:util";

import { type LanguageStatusItem, LanguageStatusSeverity, type LogOutputChannel, window, workspace } from "vscode";
import {
  DidChangeConfigurationNotification,
  LanguageClient,
  RevealOutputChannelOn,
  State as ClientState,
} from "vscode-languageclient/node";

import { type Candidate, candidates, shown } from "./interpreter";
import { choose, environment, run } from "./probe";
import * as python from "./python";
import { NAME, namedInterpreter, type Read, serverOptions, type ServerOptions } from "./settings";
import { type State, status, told } from "./status";
import { inTurns } from "./turns";

const SEVERITY = {
  information: LanguageStatusSeverity.Information,
  warning: LanguageStatusSeverity.Warning,
  error: LanguageStatusSeverity.Error,
};

const read: Read = (key) => workspace.getConfiguration(NAME).get(key);

export class Server {
  readonly #log: LogOutputChannel;
  readonly #item: LanguageStatusItem;
  readonly #bringUpToDate = inTurns(() => this.#broughtUpToDate());
  #client: LanguageClient | undefined;
  /** What has started the client. */
  #command: Candidate | undefined;
  /** What could have started the server when it was last started. */
  #tried: readonly Candidate[] | undefined;
  /** What the server knows of the settings. */
  #options: ServerOptions | undefined;
  /** Is it to be started whatever has been started before? */
  #isAnew = false;
  #isWanted = true;

  constructor(log: LogOutputChannel, item: LanguageStatusItem) {
    this.#log = log;
    this.#item = item;
  }

  /** Starts the server, anew if it runs. */
  restart(): Promise<void> {
    this.#isAnew = true;
    return this.#bringUpToDate();
  }

  /** Starts the server anew if there is another choice of interpreters now. */
  refresh(): Promise<void> {
    return this.#bringUpToDate();
  }

  stop(): Promise<void> {
    this.#isWanted = false;
    return this.#bringUpToDate();
  }

  /** Tells the server of settings that have changed. */
  async tellSettings(): Promise<void> {
    const options = serverOptions(read);
    if (this.#client?.state === ClientState.Running && !isDeepStrictEqual(options, this.#options)) {
      this.#options = options;
      const settings = { [NAME]: options };
      await this.#client.sendNotification(DidChangeConfigurationNotification.type, { settings });
    }
  }

  async #broughtUpToDate(): Promise<void> {
    if (!this.#isWanted) {
      await this.#stopClient();
      return;
    }
    try {
      await this.#started();
    } catch (error) {
      this.#log.error(error instanceof Error ? error : String(error));
      this.#show({ kind: "stopped", reason: error instanceof Error ? error.message : String(error) });
    }
  }

  async #started(): Promise<void> {
    const isAnew = this.#isAnew;
    this.#isAnew = false;
    const named = namedInterpreter(read);
    const folders = await python.folders();
    const tried = candidates(named, folders);
    if (!isAnew && isDeepStrictEqual(tried, this.#tried)) {
      return;
    }
    this.#tried = tried;
    if (isAnew || this.#command === undefined) {
      await this.#stopClient();
      this.#show({ kind: "starting" });
    }
    const choice = await choose(tried, (candidate) => run(candidate, folders[0]?.path));
    if (choice.chosen !== undefined && this.#command !== undefined && shown(choice.chosen) === shown(this.#command)) {
      return;
    }
    for (const line of told(choice)) {
      this.#log.info(line);
    }
    await this.#stopClient();
    if (choice.chosen !== undefined) {
      await this.#startClient(choice.chosen);
      return;
    }
    this.#show({ kind: "missing" });
    if (named !== "") {
      const reasons = choice.refused.map(({ candidate, reason }) => `${shown(candidate)}: ${reason}`);
      void window.showErrorMessage(`${NAME} can't be started by ${reasons.join("; ")}`);
    }
  }

  async #startClient(command: Candidate): Promise<void> {
    this.#options = serverOptions(read);
    const client = new LanguageClient(
      NAME,
      "PyMongo Async Lint",
      { command: command.command, args: [...command.args], options: { env: environment() } },
      {
        documentSelector: [{ scheme: "file", language: "python" }],
        diagnosticPullOptions: { onChange: true },
        initializationOptions: this.#options,
        outputChannel: this.#log,
        revealOutputChannelOn: RevealOutputChannelOn.Never,
      },
    );
    this.#client = client;
    this.#command = command;
    client.onDidChangeState(({ newState }) => {
      if (this.#client === client) {
        this.#showClient(client, newState, command);
      }
    });
    await client.start();
    await this.tellSettings();
  }

  async #stopClient(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    this.#command = undefined;
    if (client?.needsStop() === true) {
      await client.stop();
    }
  }

  #showClient(client: LanguageClient, state: ClientState, command: Candidate): void {
    switch (state) {
      case ClientState.Starting:
        this.#show({ kind: "starting" });
        break;
      case ClientState.Running:
        this.#show({ kind: "running", command, version: client.initializeResult?.serverInfo?.version });
        break;
      case ClientState.Stopped:
      case ClientState.StartFailed:
        this.#show({ kind: "stopped", reason: "the log says why" });
        break;
    }
  }

  #show(state: State): void {
    const { text, detail, severity, busy, command } = status(state);
    Object.assign(this.#item, { text, detail, severity: SEVERITY[severity], busy, command });
  }
}
