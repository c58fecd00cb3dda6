import type ts from 'typescript';

export const bundleFile: string;
export function visitSources(visit: (node: ts.Node, file: string, source: ts.SourceFile) => void, list?: readonly string[]): void;
export function collect(): { readonly keys: string[]; readonly faults: string[] };
export function bundleText(keys: readonly string[]): string;
