/**
 * As much of VS Code's API as the extension and its language client touch. It stands in for VS Code where the packaged extension is
 * run in a plain Node process, and says nothing of VS Code itself.
 */

import Module from "node:module";

import { URI } from "vscode-uri";

/** Milliseconds after which what has not happened won't. */
const PATIENCE = 120_000;

type Listener = (event: unknown) => unknown;

class Position {
  constructor(
    readonly line: number,
    readonly character: number,
  ) {}
}

class Range {
  readonly start: Position;
  readonly end: Position;
  constructor(startLine: number, startCharacter: number, endLine: number, endCharacter: number) {
    this.start = new Position(startLine, startCharacter);
    this.end = new Position(endLine, endCharacter);
  }
}

export class Diagnostic {
  code: string | { value: string } | undefined;
  constructor(
    readonly range: Range,
    readonly message: string,
  ) {}
}

class TabInputText {
  constructor(readonly uri: URI) {}
}

class Disposable {
  static from(...parts: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => {
      for (const part of parts) {
        part.dispose();
      }
    });
  }
  constructor(readonly dispose: () => unknown) {}
}

class CodeActionKind {
  static readonly Empty = new CodeActionKind("");
  constructor(readonly value: string) {}
  append(part: string): CodeActionKind {
    return new CodeActionKind([this.value, part].filter((one) => one !== "").join("."));
  }
}

class EventEmitter {
  readonly #listeners = new Set<Listener>();
  readonly event = (listener: Listener, self?: unknown) => {
    const bound = listener.bind(self);
    this.#listeners.add(bound);
    return { dispose: () => this.#listeners.delete(bound) };
  };
  fire(event: unknown): void {
    for (const listener of [...this.#listeners]) {
      listener(event);
    }
  }
  dispose(): void {
    this.#listeners.clear();
  }
}

class CancellationError extends Error {}

class CancellationTokenSource {
  readonly #cancelled = new EventEmitter();
  readonly token = { isCancellationRequested: false, onCancellationRequested: this.#cancelled.event };
  cancel(): void {
    this.token.isCancellationRequested = true;
    this.#cancelled.fire(undefined);
  }
  dispose(): void {
    this.#cancelled.dispose();
  }
}

/** A file in an editor. */
export class Document {
  readonly languageId = "python";
  readonly isDirty = false;
  version = 1;
  constructor(
    readonly uri: URI,
    public text: string,
  ) {}
  get fileName(): string {
    return this.uri.fsPath;
  }
  get lineCount(): number {
    return this.text.split("\n").length;
  }
  getText(): string {
    return this.text;
  }
}

/** An API of which only some parts are there: events that never come, and whatever is made or registered does nothing. */
function rest<T extends object>(known: T): T {
  const nothing = { dispose: () => undefined };
  return new Proxy(known, {
    get(target, key) {
      if (key in target) {
        return Reflect.get(target, key) as unknown;
      }
      return typeof key === "string" && /^(on|register|create)/.test(key) ? () => nothing : undefined;
    },
  });
}

export interface Extension {
  activate(context: { subscriptions: { dispose(): unknown }[] }): Promise<void>;
  deactivate(): Promise<void>;
}

export class Editor {
  readonly documents: Document[] = [];
  readonly log: string[] = [];
  readonly errors: string[] = [];
  readonly status: { text?: string; detail?: string; busy?: boolean } = {};
  readonly commands = new Map<string, () => unknown>();
  readonly #shown = new Map<string, readonly Diagnostic[]>();
  readonly #news = new EventEmitter();
  readonly #changed = new EventEmitter();
  readonly #configured = new EventEmitter();
  readonly #selected = new EventEmitter();
  #settings: Record<string, unknown>;

  constructor(
    readonly folder: string,
    settings: Record<string, unknown>,
    /** The interpreter that is selected in the Python extension; undefined if that is not there. */
    public python: string | undefined,
  ) {
    this.#settings = settings;
  }

  open(file: string, text: string): Document {
    const document = new Document(URI.file(file), text);
    this.documents.push(document);
    return document;
  }

  type(document: Document, text: string): void {
    const end = document.lineCount;
    const contentChanges = [
      { range: new Range(0, 0, end, 0), rangeOffset: 0, rangeLength: document.text.length, text },
    ];
    document.text = text;
    document.version += 1;
    this.#changed.fire({ document, contentChanges, reason: undefined });
  }

  set(key: string, value: unknown): void {
    this.#settings = { ...this.#settings, [key]: value };
    this.#configured.fire({
      affectsConfiguration: (section: string) => key === section || key.startsWith(`${section}.`),
    });
  }

  select(python: string): void {
    this.python = python;
    this.#selected.fire({ path: python });
  }

  /** The codes that are shown in a file. */
  codes(document: Document): string[] {
    return (this.#shown.get(document.uri.toString()) ?? []).map(({ code }) =>
      typeof code === "object" ? code.value : String(code),
    );
  }

  /** Waits until something that happens makes this true. */
  until(isSo: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (isSo()) {
          clearTimeout(patience);
          looking.dispose();
          resolve();
        }
      };
      const looking = this.#news.event(look);
      const patience = setTimeout(() => {
        looking.dispose();
        reject(new Error(JSON.stringify({ status: this.status, shown: [...this.#shown], log: this.log }, null, 2)));
      }, PATIENCE);
      look();
    });
  }

  /** Loads a bundle that asks for `vscode`, and gives it this editor. */
  load(bundle: string): Extension {
    const loader = Module as unknown as { _load: (request: string, ...others: unknown[]) => unknown };
    const load = loader._load;
    const api = this.#api();
    loader._load = (request, ...others) => (request === "vscode" ? api : load.call(loader, request, ...others));
    try {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- that is how VS Code loads it
      return require(bundle) as Extension;
    } finally {
      loader._load = load;
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- so that the next editor gets a copy of its own
      delete require.cache[bundle];
    }
  }

  #api(): object {
    const told = (line: unknown) => {
      this.log.push(String(line));
      this.#news.fire(undefined);
    };
    const failed = (message: string) => {
      this.errors.push(message);
      this.#news.fire(undefined);
      return Promise.resolve(undefined);
    };
    const channel = rest({
      logLevel: 3,
      append: told,
      appendLine: told,
      info: told,
      warn: told,
      error: told,
      debug: told,
    });
    const status = new Proxy(this.status, {
      set: (target, key, value) => {
        Reflect.set(target, key, value);
        this.#news.fire(undefined);
        return true;
      },
    });
    const collection = {
      set: (uri: URI, diagnostics: readonly Diagnostic[]) => {
        this.#shown.set(uri.toString(), diagnostics);
        this.#news.fire(undefined);
      },
      delete: (uri: URI) => this.#shown.delete(uri.toString()),
      clear: () => {
        this.#shown.clear();
      },
      dispose: () => {
        this.#shown.clear();
      },
    };
    const documents = this.documents;
    const pythonExtension = {
      isActive: true,
      exports: {
        environments: {
          getActiveEnvironmentPath: () => ({ id: "selected", path: this.python }),
          resolveEnvironment: () => Promise.resolve({ executable: { uri: URI.file(this.python ?? "") } }),
          onDidChangeActiveEnvironmentPath: this.#selected.event,
        },
      },
    };
    const parts = {
      version: "1.91.0",
      Uri: URI,
      Position,
      Range,
      Diagnostic,
      TabInputText,
      CodeActionKind,
      Disposable,
      EventEmitter,
      CancellationTokenSource,
      CancellationError,
      env: { language: "en", appName: "a test" },
      extensions: {
        getExtension: (id: string) =>
          id === "ms-python.python" && this.python !== undefined ? pythonExtension : undefined,
      },
      commands: rest({
        registerCommand: (name: string, run: () => unknown) => {
          this.commands.set(name, run);
          return { dispose: () => this.commands.delete(name) };
        },
      }),
      languages: rest({
        match: () => 10,
        createDiagnosticCollection: () => collection,
        createLanguageStatusItem: () => status,
      }),
      window: rest({
        createOutputChannel: () => channel,
        showErrorMessage: failed,
        withProgress: (_: unknown, task: (progress: object, token: object) => unknown) =>
          task({ report: () => undefined }, new CancellationTokenSource().token),
        visibleTextEditors: [],
        get activeTextEditor() {
          return documents[0] && { document: documents[0] };
        },
        tabGroups: rest({
          get all() {
            return [{ tabs: documents.map(({ uri }) => ({ input: new TabInputText(uri) })) }];
          },
        }),
      }),
      workspace: rest({
        textDocuments: documents,
        notebookDocuments: [],
        workspaceFolders: [{ uri: URI.file(this.folder), name: "shop", index: 0 }],
        onDidChangeTextDocument: this.#changed.event,
        onDidChangeConfiguration: this.#configured.event,
        getConfiguration: (section: string) => ({
          get: (key: string, missing?: unknown) => this.#settings[`${section}.${key}`] ?? missing,
        }),
      }),
    };
    const known = new Map<string | symbol, unknown>(Object.entries(parts));
    return new Proxy(parts, {
      get: (_, key) => {
        if (!known.has(key)) {
          known.set(key, standIn());
        }
        return known.get(key);
      },
    });
  }
}

/** A class or an enumeration that nobody looks into. */
function standIn(): unknown {
  // eslint-disable-next-line @typescript-eslint/no-extraneous-class -- others extend it
  return new Proxy(class {}, { get: (target, key) => (key in target ? (Reflect.get(target, key) as unknown) : key) });
}
