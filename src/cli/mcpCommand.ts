/** `unveil mcp`: the tools for language models as an MCP server over standard input and output. */
import { join } from 'node:path';
import { toolCaller } from '../mcp/engineHost';
import type { serve } from '../mcp/server';
import { tools } from '../tools/definitions';

/** Ends when the client closes standard input. */
export async function mcpCommand(version: string): Promise<void> {
  // Standard output belongs to the protocol: whatever a library prints goes to standard error.
  console.log = console.info = console.debug = console.error;
  const server = (await import(join(__dirname, 'mcp.js'))) as { readonly serve: typeof serve };
  await server.serve({ version, tools, call: toolCaller() });
}
