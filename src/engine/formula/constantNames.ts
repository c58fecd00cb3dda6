// Names of the numbers that snapping gives ("2*pi/3", "1/sqrt(2*pi)"), taken apart into what stands above and below the line.

/** A factor of a named number. */
export interface NamedFactor {
  text: string;
  value: number;
}

/** Factors above and below the line; the sign is left out. A numerator of 1 is no factor. */
export function factorsOfName(name: string): { above: NamedFactor[]; below: NamedFactor[] } {
  const [top = '', bottom = ''] = name.replace(/^-/, '').split('/');
  return { above: factors(top), below: factors(bottom) };
}

function factors(of: string): NamedFactor[] {
  const bare = /^\((.*)\)$/.exec(of)?.[1] ?? of;
  return (bare.match(/sqrt\([^)]*\)|[^*]+/g) ?? []).filter(text => text !== '1').map(text => ({ text, value: valueOf(text) }));
}

function valueOf(text: string): number {
  const root = /^sqrt\((.*)\)$/.exec(text)?.[1];
  if (root !== undefined) return Math.sqrt(root.split('*').reduce((product, part) => product * valueOf(part), 1));
  return text === 'pi' ? Math.PI : text === 'pi^2' ? Math.PI ** 2 : Number(text);
}

/** Symbols in a factor: "pi" and "3" one, "pi^2" three, "sqrt(2*pi)" four. */
export const nodesOfFactor = ({ text }: NamedFactor): number => text.match(/[a-z]+|\d+|[*^]/gi)?.length ?? 1;
