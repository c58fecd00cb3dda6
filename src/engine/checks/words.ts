/** Numbers in the sentences of findings. */

/** Four digits at most, thousands separated; never "1" for less than 1. */
export function num(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  if (Math.abs(value) < 1 && Math.abs(Number(value.toPrecision(digits))) === 1) {
    let more = digits;
    while (more < 15 && Math.abs(Number(value.toPrecision(more))) === 1) more++;
    return String(Number(value.toPrecision(more)));
  }
  return Number(value.toPrecision(digits)).toLocaleString('en-US', { maximumFractionDigits: 12 });
}

export function count(value: number, one: string, many = `${one}s`): string {
  return `${value.toLocaleString('en-US')} ${value === 1 ? one : many}`;
}

/** 0.0523 is "5.2 %"; never "0 %" for more than none nor "100 %" for less than all. */
export function percent(share: number): string {
  const value = 100 * share;
  if (value > 0 && value < 0.05) return 'under 0.1 %';
  if (value < 100 && value > 99.95) return 'over 99.9 %';
  return `${Number(value.toFixed(1))} %`;
}

/** "a", "a and b", "a, b and 3 more". */
export function list(items: readonly string[], most = 4): string {
  if (items.length > most) return `${items.slice(0, most).join(', ')} and ${items.length - most} more`;
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}
