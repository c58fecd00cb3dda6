/** Numbers as they stand in a file that is written: the shortest text that is read back as the same double. */

/** ".0001" to ".9999" without zeros at the end, by ten-thousandths. */
const fractions = Array.from({ length: 10_000 }, (_, i) => (i === 0 ? '' : `.${String(i).padStart(4, '0').replace(/0+$/, '')}`));

/** Missing (NaN) is empty. Numbers of up to four decimals, as most files have, are put together from parts, in half of the time. */
export function numberCell(value: number): string {
  const parts = Math.round(value * 1e4);
  // Two decimals of up to 15 digits are never the same double, so this one is the shortest.
  if (parts / 1e4 === value && parts > 0 && parts < 1e14) {
    const whole = Math.floor(parts / 1e4);
    return `${whole}${fractions[parts - whole * 1e4]!}`;
  }
  return Number.isNaN(value) ? '' : Object.is(value, -0) ? '-0' : `${value}`;
}
