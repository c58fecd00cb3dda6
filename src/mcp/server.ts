/**
 * The MCP server (https://modelcontextprotocol.io) over standard input and output: the official SDK around whoever answers the
 * calls. A bundle of its own (dist/mcp.js), so that other commands of the terminal do not load the SDK.
 */
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { CallToolRequestSchema, ErrorCode, ListToolsRequestSchema, McpError } from '@modelcontextprotocol/sdk/types.js';
import type { ToolDefinition } from '../tools/definitions';

export interface ToolCall {
  readonly name: string;
  readonly input: unknown;
  readonly signal: AbortSignal;
  /** Absent where the client did not ask for progress. */
  readonly progress?: (stage: string, fraction?: number) => void;
}

export interface ToolReply { readonly text: string; readonly isError: boolean }

export interface ServerOptions {
  readonly version: string;
  readonly tools: readonly ToolDefinition[];
  readonly call: (call: ToolCall) => Promise<ToolReply>;
}

const instructions = 'Unveil explains a column of a data file: profile the file, train a model of a column, then ask for its weights, importance, effects or a single prediction by the id that training gave. '
  + 'Paths are absolute. Everything runs on this machine. Report intervals and cautions along with numbers.';

/** Serves until the client closes standard input; calls that are under way are then cancelled. Nothing else may write to standard output. */
export async function serve(options: ServerOptions): Promise<void> {
  const server = mcpServer(options);
  const transport = new StdioServerTransport();
  const ended = new Promise<void>(resolve => {
    server.onclose = resolve;
    process.stdin.once('end', resolve);
    process.stdin.once('close', resolve);
  });
  await server.connect(transport);
  await ended;
  // Answers that need no work still reach a client that closed its end at once.
  await new Promise(resolve => setImmediate(resolve));
  await server.close();
}

/** With tables of JSON Schema in place of the high-level McpServer, whose schemas are Zod's: the same table is in package.json. */
export function mcpServer({ version, tools, call }: ServerOptions): Server {
  const server = new Server({ name: 'unveil', title: 'Unveil', version }, { capabilities: { tools: {} }, instructions });
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: tools.map(({ name, title, description, input, readOnly }) => ({
      name, title, description, inputSchema: structuredClone(input) as unknown as { type: 'object' },
      annotations: { title, readOnlyHint: readOnly, destructiveHint: false, idempotentHint: readOnly, openWorldHint: false },
    })),
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal, sendNotification }) => {
    if (!tools.some(tool => tool.name === params.name)) throw new McpError(ErrorCode.InvalidParams, `There is no tool "${params.name}".`);
    const token = params._meta?.progressToken;
    const progress = token === undefined ? undefined : rising((value, message) => {
      // A client that has gone away needs no progress.
      void sendNotification({ method: 'notifications/progress', params: { progressToken: token, progress: value, total: 1, message } }).catch(() => undefined);
    });
    const { text, isError } = await call({ name: params.name, input: params.arguments ?? {}, signal, ...(progress && { progress }) });
    return { content: [{ type: 'text', text }], ...(isError && { isError }) };
  });
  return server;
}

/** Milliseconds between two messages of progress at least. */
const progressEvery = 200;

/** MCP wants progress that only rises; stages without a fraction, or with a lower one, rise a little. */
function rising(send: (value: number, message: string) => void): (stage: string, fraction?: number) => void {
  let last = 0;
  let sentAt = -Infinity;
  return (stage, fraction = 0) => {
    const now = performance.now();
    if (now - sentAt < progressEvery) return;
    sentAt = now;
    last = Math.max(fraction, last + (1 - last) * 1e-3);
    send(last, stage);
  };
}
