// Names of units that are understood: the SI with its prefixes, units accepted beside it, a few others, and English words.
import { dimensionless, type Unit } from './unit';

const of = (scale: number, m = 0, kg = 0, s = 0, A = 0, K = 0, mol = 0, cd = 0): Unit => ({ exponents: [m, kg, s, A, K, mol, cd], scale });

/** Units that take prefixes. The SI brochure, 9th edition, tables 2, 4 and 8. */
const prefixed: Readonly<Record<string, Unit>> = {
  m: of(1, 1), g: of(1e-3, 0, 1), s: of(1, 0, 0, 1), A: of(1, 0, 0, 0, 1), K: of(1, 0, 0, 0, 0, 1), mol: of(1, 0, 0, 0, 0, 0, 1), cd: of(1, 0, 0, 0, 0, 0, 0, 1),
  Hz: of(1, 0, 0, -1), N: of(1, 1, 1, -2), Pa: of(1, -1, 1, -2), J: of(1, 2, 1, -2), W: of(1, 2, 1, -3), C: of(1, 0, 0, 1, 1), V: of(1, 2, 1, -3, -1),
  F: of(1, -2, -1, 4, 2), 'Ω': of(1, 2, 1, -3, -2), ohm: of(1, 2, 1, -3, -2), Ohm: of(1, 2, 1, -3, -2), S: of(1, -2, -1, 3, 2), Wb: of(1, 2, 1, -2, -1),
  T: of(1, 0, 1, -2, -1), H: of(1, 2, 1, -2, -2), lm: of(1, 0, 0, 0, 0, 0, 0, 1), lx: of(1, -2, 0, 0, 0, 0, 0, 1), Bq: of(1, 0, 0, -1), Gy: of(1, 2, 0, -2), Sv: of(1, 2, 0, -2),
  kat: of(1, 0, 0, -1, 0, 0, 1), L: of(1e-3, 3), l: of(1e-3, 3), eV: of(1.602176634e-19, 2, 1, -2), Wh: of(3600, 2, 1, -2), bar: of(1e5, -1, 1, -2), cal: of(4.184, 2, 1, -2),
  rad: dimensionless, sr: dimensionless,
};

const prefixes: Readonly<Record<string, number>> = {
  Y: 1e24, Z: 1e21, E: 1e18, P: 1e15, T: 1e12, G: 1e9, M: 1e6, k: 1e3, h: 1e2, da: 10, d: 0.1, c: 1e-2, m: 1e-3, 'µ': 1e-6, u: 1e-6, n: 1e-9, p: 1e-12, f: 1e-15, a: 1e-18,
};

const kelvin = of(1, 0, 0, 0, 0, 1);
const degree = of(Math.PI / 180);
const [minute, hour, day, year] = [60, 3600, 86_400, 31_557_600].map(scale => of(scale, 0, 0, 1)) as [Unit, Unit, Unit, Unit];

/** Units that take none. */
const plain: Readonly<Record<string, Unit>> = {
  '%': of(0.01), '‰': of(1e-3), ppm: of(1e-6), '°': degree, deg: degree, '°C': kelvin, degC: kelvin, '°F': of(5 / 9, 0, 0, 0, 0, 1), degF: of(5 / 9, 0, 0, 0, 0, 1), '°K': kelvin,
  min: minute, h: hour, hr: hour, hrs: hour, d: day, yr: year, sec: of(1, 0, 0, 1), t: of(1000, 0, 1), ha: of(1e4, 2), atm: of(101_325, -1, 1, -2), mmHg: of(133.322, -1, 1, -2), psi: of(6894.757, -1, 1, -2),
  rpm: of(1 / 60, 0, 0, -1), 'Å': of(1e-10, 1), in: of(0.0254, 1), ft: of(0.3048, 1), yd: of(0.9144, 1), mi: of(1609.344, 1), lb: of(0.45359237, 0, 1), lbs: of(0.45359237, 0, 1), oz: of(0.028349523, 0, 1),
  mph: of(0.44704, 1, 0, -1), kph: of(1 / 3.6, 1, 0, -1), kmh: of(1 / 3.6, 1, 0, -1), kn: of(1852 / 3600, 1, 0, -1), hp: of(745.7, 2, 1, -3),
};

/** English words, without their s, in lower case. */
const words: Readonly<Record<string, Unit>> = {
  dimensionless, unitless: dimensionless, percent: of(0.01), radian: dimensionless, degree, meter: of(1, 1), metre: of(1, 1), kilometer: of(1e3, 1), kilometre: of(1e3, 1), centimeter: of(0.01, 1),
  centimetre: of(0.01, 1), millimeter: of(1e-3, 1), millimetre: of(1e-3, 1), inch: of(0.0254, 1), inche: of(0.0254, 1), feet: of(0.3048, 1), foot: of(0.3048, 1), mile: of(1609.344, 1), gram: of(1e-3, 0, 1), kilogram: of(1, 0, 1),
  tonne: of(1000, 0, 1), pound: of(0.45359237, 0, 1), second: of(1, 0, 0, 1), minute, hour, day, week: of(604_800, 0, 0, 1), month: of(2_629_800, 0, 0, 1), year, ampere: of(1, 0, 0, 0, 1), amp: of(1, 0, 0, 0, 1), kelvin,
  celsius: kelvin, mole: of(1, 0, 0, 0, 0, 0, 1), newton: prefixed['N']!, joule: prefixed['J']!, watt: prefixed['W']!, pascal: prefixed['Pa']!, volt: prefixed['V']!, hertz: prefixed['Hz']!, coulomb: prefixed['C']!,
  tesla: prefixed['T']!, farad: prefixed['F']!, liter: of(1e-3, 3), litre: of(1e-3, 3),
};

const own = (table: Readonly<Record<string, Unit>>, name: string): Unit | undefined => (Object.hasOwn(table, name) ? table[name] : undefined);

/** The unit of this name; undefined where it is not known. Names as they stand come before prefixes: "min" is a minute. */
export function unitNamed(name: string): Unit | undefined {
  const known = own(plain, name) ?? own(prefixed, name) ?? own(words, name.toLowerCase()) ?? own(words, name.toLowerCase().replace(/s$/, ''));
  if (known) return known;
  for (const length of [1, 2]) {
    const prefix = name.slice(0, length);
    const unit = Object.hasOwn(prefixes, prefix) ? own(prefixed, name.slice(length)) : undefined;
    if (unit) return { exponents: unit.exponents, scale: unit.scale * prefixes[prefix]! };
  }
  return undefined;
}
