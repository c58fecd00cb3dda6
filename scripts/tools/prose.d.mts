export interface ProseKey { readonly key: string; readonly places: readonly string[]; readonly file: string }
export function collectProse(): ProseKey[];
export const assembled: readonly string[];
