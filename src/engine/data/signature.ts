/** Tells by its first bytes what a file is when it is not a table of text. */

const signatures: readonly (readonly [string, readonly number[], number?])[] = [
  ['a PNG image', [0x89, 0x50, 0x4e, 0x47]],
  ['a JPEG image', [0xff, 0xd8, 0xff]],
  ['a GIF image', [0x47, 0x49, 0x46, 0x38]],
  ['a PDF document', [0x25, 0x50, 0x44, 0x46, 0x2d]],
  ['an old Excel or Office document', [0xd0, 0xcf, 0x11, 0xe0]],
  ['an SQLite database', [0x53, 0x51, 0x4c, 0x69, 0x74, 0x65, 0x20, 0x66]],
  ['a 7-Zip archive', [0x37, 0x7a, 0xbc, 0xaf]],
  ['a RAR archive', [0x52, 0x61, 0x72, 0x21]],
  ['an xz archive', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['a bzip2 archive', [0x42, 0x5a, 0x68]],
  ['a Zstandard archive', [0x28, 0xb5, 0x2f, 0xfd]],
  ['an Arrow or Feather file', [0x41, 0x52, 0x52, 0x4f, 0x57, 0x31]],
  ['an old Feather file', [0x46, 0x45, 0x41, 0x31]],
  ['an HDF5 file', [0x89, 0x48, 0x44, 0x46]],
  ['an ORC file', [0x4f, 0x52, 0x43]],
  ['an Avro file', [0x4f, 0x62, 0x6a, 0x01]],
  ['an R data file', [0x52, 0x44, 0x58]],
  ['an R data file', [0x58, 0x0a, 0x00, 0x00]],
  ['a NumPy array', [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]],
  ['a Python pickle', [0x80, 0x04, 0x95]],
  ['a Python pickle', [0x80, 0x05, 0x95]],
  ['a program', [0x7f, 0x45, 0x4c, 0x46]],
  ['a Windows program', [0x4d, 0x5a, 0x90]],
  ['a WebAssembly module', [0x00, 0x61, 0x73, 0x6d]],
  ['a TIFF image', [0x49, 0x49, 0x2a, 0x00]],
  ['a TIFF image', [0x4d, 0x4d, 0x00, 0x2a]],
  ['an audio or video file', [0x52, 0x49, 0x46, 0x46]],
  ['an audio or video file', [0x66, 0x74, 0x79, 0x70], 4],
  ['an audio or video file', [0x4f, 0x67, 0x67, 0x53]],
  ['an audio or video file', [0x49, 0x44, 0x33]],
  ['a Stata file', [...Buffer.from('<stata_dta>')]],
  ['an SPSS file', [...Buffer.from('$FL2@(#)')]],
  ['a DuckDB database', [...Buffer.from('DUCK')], 8],
  ['a tar archive', [...Buffer.from('ustar')], 257],
];

function startsWith(head: Uint8Array, bytes: readonly number[], at = 0): boolean {
  return head.length >= at + bytes.length && bytes.every((byte, i) => head[at + i] === byte);
}

export function isGzip(head: Uint8Array): boolean {
  return startsWith(head, [0x1f, 0x8b, 0x08]);
}

export function isParquet(head: Uint8Array): boolean {
  return startsWith(head, [0x50, 0x41, 0x52, 0x31]);
}

/** What a binary file is, in words ("a PNG image"), or undefined when its signature is not known. */
export function binaryKind(head: Uint8Array): string | undefined {
  if (startsWith(head, [0x50, 0x4b, 0x03, 0x04]) || startsWith(head, [0x50, 0x4b, 0x05, 0x06])) return zipKind(head);
  if (startsWith(head, [...Buffer.from('PARE')])) return 'an encrypted Parquet file';
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, 4));
  const known = signatures.find(([, bytes, at]) => startsWith(head, bytes, at));
  // Three letters may begin an honest heading; a binary file has control bytes soon after.
  if (known && known[1].every(byte => byte >= 32 && byte < 127) && known[1].length <= 4 && !hasControl(head.subarray(0, 512))) return undefined;
  return text.length === 0 ? undefined : known?.[0];
}

function zipKind(head: Uint8Array): string {
  const text = Buffer.from(head.buffer, head.byteOffset, head.length).toString('latin1');
  if (/xl\/|\[Content_Types\]/.test(text)) return text.includes('word/') ? 'a Word document' : 'an Excel workbook (.xlsx); save it as CSV';
  if (text.includes('opendocument')) return 'an OpenDocument file; save it as CSV';
  return 'a zip archive';
}

function hasControl(bytes: Uint8Array): boolean {
  return bytes.some(byte => byte < 9 || (byte > 13 && byte < 27));
}

/** What a text is when it is plainly not delimited rows: JSON, XML, HTML. */
export function structuredTextKind(text: string): string | undefined {
  const body = text.trimStart();
  if (/^\{\s*(?:"(?:[^"\\]|\\.)*"\s*:|\})/.test(body)) return 'JSON';
  if (/^\[\s*(?:\{\s*["}]|\[|\]|"(?:[^"\\]|\\.)*"\s*[,\]]|-?\d[\d.eE+-]*\s*[,\]])/.test(body) && !/^\[[^\n\]]*\][,;\t|]/.test(body)) return 'JSON';
  if (/^<(?:!doctype\s+html|html[\s>]|head[\s>])/i.test(body)) return 'an HTML page';
  if (/^<\?xml\s/i.test(body)) return 'XML';
  if (/^%PDF-/.test(body)) return 'a PDF document';
  if (/^\{\\rtf/.test(body)) return 'an RTF document';
  return undefined;
}
