export function notices(metafiles: readonly { readonly inputs: Record<string, unknown> }[], root?: string): string;
