// Units of measurement as exponents of the seven base units of the SI and a scale, and how such a unit is written.

/** Symbols of the base units, in the order of {@link Unit.exponents}. */
export const baseUnits = ['m', 'kg', 's', 'A', 'K', 'mol', 'cd'] as const;

/** A unit: `scale` times the product of base units to these powers (fractions as numbers). An offset, as of °C, is not in it. */
export interface Unit {
  exponents: readonly number[];
  scale: number;
}

/** Exponents that differ by less are the same: they are small fractions, after some sums. */
export const tiny = 1e-9;

export const dimensionless: Unit = { exponents: baseUnits.map(() => 0), scale: 1 };

/** a · bᵖ */
export function timesPower(a: Unit, b: Unit, p: number): Unit {
  return { exponents: a.exponents.map((e, k) => e + p * b.exponents[k]!), scale: a.scale * b.scale ** p };
}

/** As in "kg m²/s²", "1/s"; "no unit" where all exponents are zero. */
export function exponentsText(exponents: readonly number[]): string {
  const part = (sign: number): string[] => [1, 0, 2, 3, 4, 5, 6].flatMap(k => {
    const e = sign * exponents[k]!;
    return e > tiny ? [baseUnits[k]! + powerText(e)] : [];
  });
  const [above, below] = [part(1), part(-1)];
  if (below.length === 0) return above.length === 0 ? 'no unit' : above.join(' ');
  return `${above.join(' ') || '1'}/${below.length > 1 ? `(${below.join(' ')})` : below[0]!}`;
}

function powerText(e: number): string {
  if (Math.abs(e - 1) < tiny) return '';
  if (Math.abs(e - Math.round(e)) < tiny && e < 10) return '⁰¹²³⁴⁵⁶⁷⁸⁹'[Math.round(e)]!;
  for (let q = 1; q <= 12; q++) if (Math.abs(e * q - Math.round(e * q)) < tiny) return q === 1 ? `^${Math.round(e)}` : `^(${Math.round(e * q)}/${q})`;
  return `^${Number(e.toPrecision(4))}`;
}
