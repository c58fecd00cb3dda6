// Names of columns as identifiers and comments of code: no name can end a string, a comment or be taken for a keyword.

const reserved = new Set((
  'and as assert async await break class continue def del elif else except False finally for from global if import in is lambda None nonlocal not or pass raise return True try while with yield '
  + 'case catch const debugger default delete do enum export extends false function implements instanceof interface let new null package private protected public static super switch this throw true '
  + 'typeof var void match type abs float arguments eval undefined NaN Infinity'
).split(' '));

/** An identifier for each name, all different, none of them `taken` or a keyword of Python or TypeScript. */
export function identifiers(names: readonly string[], taken: readonly string[]): string[] {
  const used = new Set(taken);
  return names.map(name => {
    const plain = name.normalize('NFKD').replace(/[^A-Za-z0-9_]+/g, '_').replace(/^_+|_+$/g, '') || 'x';
    const stem = /^\d/.test(plain) || reserved.has(plain) ? `x_${plain}` : plain;
    let own = stem;
    for (let k = 2; used.has(own); k++) own = `${stem}_${k}`;
    used.add(own);
    return own;
  });
}

/** One line of a comment: no control characters, line separators, or marks that turn the direction of text. */
export function inComment(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]/g, ' ');
}

/** An identifier of SQL, always quoted. */
export const sqlName = (name: string): string => `"${name.replaceAll('\0', '').replaceAll('"', '""')}"`;
