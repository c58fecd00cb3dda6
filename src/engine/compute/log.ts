/** Lines for the log: which backend computes and why. The process that runs the engine says where they go. */

let write: (line: string) => void = () => undefined;
const said = new Set<string>();

/** Sends the lines there from now on. */
export function logTo(sink: (line: string) => void): void {
  write = sink;
}

/** Writes one line to the log, the same line only once in the life of the process. */
export function logOnce(line: string): void {
  if (said.has(line)) return;
  said.add(line);
  write(line);
}
