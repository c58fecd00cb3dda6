/** JSON-RPC over postMessage: messages travel as objects between the extension host and the webview. */
import { AbstractMessageReader, AbstractMessageWriter, createMessageConnection } from 'vscode-jsonrpc/browser';
import type { DataCallback, Disposable, Message, MessageConnection } from 'vscode-jsonrpc/browser';

/** The part of `window` that is listened to. */
export interface MessageSource {
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  removeEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

/** The part of VS Code's webview API that is written to. */
export interface MessageTarget { postMessage(message: unknown): void }

/** VS Code's webview API, got once per page by acquireVsCodeApi. */
export interface VsCodeApi extends MessageTarget {
  getState(): unknown;
  setState(state: unknown): void;
}

class WindowReader extends AbstractMessageReader {
  constructor(private readonly source: MessageSource) {
    super();
  }

  listen(callback: DataCallback): Disposable {
    const listener = (event: { readonly data: unknown }): void => {
      if (isMessage(event.data)) callback(event.data);
    };
    this.source.addEventListener('message', listener);
    return { dispose: () => this.source.removeEventListener('message', listener) };
  }
}

class WindowWriter extends AbstractMessageWriter {
  constructor(private readonly target: MessageTarget) {
    super();
  }

  write(message: Message): Promise<void> {
    this.target.postMessage(message);
    return Promise.resolve();
  }

  end(): void {
    // A window has no end to announce.
  }
}

/** A connection to the host, not yet listening. */
export function connectToHost(target: MessageTarget, source: MessageSource): MessageConnection {
  return createMessageConnection(new WindowReader(source), new WindowWriter(target));
}

function isMessage(data: unknown): data is Message {
  return typeof data === 'object' && data !== null && (data as { jsonrpc?: unknown }).jsonrpc === '2.0';
}
