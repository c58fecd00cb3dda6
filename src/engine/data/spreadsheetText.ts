/**
 * Texts that no spreadsheet takes for a formula, whichever character it splits lines at: an apostrophe goes in front of = + - @ (and their wide
 * forms) at the beginning of a text and behind each character that may separate cells, quotes between them or not.
 */

/** A number with or without a sign, whichever way it is written: -1.5, -1,5, -1.234,56, +3 %. */
const number = /^[+-]?(?:\d[\d.,]*|[.,]\d+)(?:[eE][+-]?\d+)?(?:\s?%)?$/;
const someOpening = /(?:^|[,;|\t\r\n])"*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/;
const openings = /(^|[,;|\t\r\n])("*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])/g;

/** The text itself where nothing in it can become a formula: a number, a list of numbers and most others. */
export function spreadsheetText(text: string): string {
  if (!someOpening.test(text) || text.split(/[;|\t]/).every(part => number.test(part))) return text;
  const safe = text.replace(openings, (opening: string, separator: string, quotes: string, at: number) =>
    (separator !== '' && isNumberUpTo(separator, text, at + opening.length) ? opening : `${separator}${quotes}'`));
  // A spreadsheet may leave out a tab or a line's end that a cell begins with.
  return /^[\t\r\n]/.test(safe) ? `'${safe}` : safe;
}

function isNumberUpTo(separator: string, text: string, from: number): boolean {
  const end = text.indexOf(separator, from);
  return number.test(text.slice(from, end < 0 ? undefined : end));
}

/**
 * Whether a text needs quotes although CSV asks for none: for other separators in it, and for what functions and other programs are called
 * by: a line that begins with a negative number would else be a formula as a whole where , is the decimal sign (-5,1+A(…)).
 */
export function needsQuotes(text: string): boolean {
  return /[;\t(!]|\|"*[=+\-@\uff1d\uff0b\uff0d\uff20']/.test(text);
}
