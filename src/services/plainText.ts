/**
 * Text from files made safe to show where VS Code gives meaning to some characters: `$(name)` draws an icon in
 * quick picks and trees, `[text](command:…)` is a link in notifications, control and direction characters hide
 * or reorder what follows. The result looks the same and does nothing.
 */

const wordJoiner = '\u2060';
const controls = /[\u0000-\u001f\u007f-\u009f]/g;
const directions = /[\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/g;

/** At most `limit` characters of `text` on one line, with no markup left in it. */
export function plainText(text: string, limit = 200): string {
  const shown = text
    .slice(0, limit + 1)
    .replace(/\r\n|\r|\n|\t/g, ' ')
    .replace(controls, character => {
      const code = character.charCodeAt(0);
      return code < 0x20 ? String.fromCharCode(0x2400 + code) : code === 0x7f ? '\u2421' : '\ufffd';
    })
    .replace(directions, '')
    .replace(/\$\(/g, `$${wordJoiner}(`)
    .replace(/\]\(/g, `]${wordJoiner}(`);
  return text.length > limit ? `${shown.slice(0, limit).trimEnd()}…` : shown;
}

/** Last part of a path, either separator. */
export function baseName(file: string): string {
  return file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
}

/** Default name of a model: what is explained, and where it comes from. */
export function modelName(target: string, file: string): string {
  return `${target} · ${baseName(file)}`;
}
