/**
 * The fonts of formulas. A notebook's page loads fonts from no address that an output could name, so their bytes, which come in the bundle, are
 * handed to the document; fonts of a shadow tree's own would not be found.
 */

/** As scripts/tools/notebookStyle.mjs writes them; `data` is the file in base64. */
export interface MathFont {
  readonly family: string;
  readonly style: string;
  readonly weight: string;
  readonly data: string;
}

let loaded = false;

/** Once a page. */
export function loadMathFonts(fonts: readonly MathFont[]): void {
  if (loaded) return;
  loaded = true;
  for (const { family, style, weight, data } of fonts) {
    const bytes = Uint8Array.from(atob(data), character => character.charCodeAt(0));
    const face = new FontFace(family, bytes, { style, weight });
    document.fonts.add(face);
    face.load().catch((error: unknown) => console.error(error));
  }
}
