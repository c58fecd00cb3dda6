/** Which functions of a runtime a piece of code uses, and constants that stand before the code. */
type Runtime = ReadonlyMap<string, { readonly text: string; readonly needs?: readonly string[] }>;

export class RuntimeUse {
  private readonly used = new Set<string>();

  constructor(private readonly runtime: Runtime) {}

  /** Notes that the function is used; gives its name. */
  use(name: string): string {
    const entry = this.runtime.get(name);
    if (!entry) throw new Error(`no function ${name}`);
    if (!this.used.has(name)) {
      this.used.add(name);
      entry.needs?.forEach(other => this.use(other));
    }
    return name;
  }

  has(name: string): boolean {
    return this.used.has(name);
  }

  /** The texts of the used functions in the runtime's order. */
  texts(): string[] {
    return [...this.runtime].filter(([name]) => this.used.has(name)).map(([, entry]) => entry.text);
  }
}

/** Constants by their text: equal ones are written once. */
export class Constants {
  private readonly names = new Map<string, string>();
  private readonly lines: string[] = [];

  constructor(private readonly write: (name: string, text: string) => string) {}

  name(text: string, prefix = 'c'): string {
    let name = this.names.get(text);
    if (name === undefined) {
      name = `${prefix}${this.names.size + 1}`;
      this.names.set(text, name);
      this.lines.push(this.write(name, text));
    }
    return name;
  }

  texts(): readonly string[] {
    return this.lines;
  }
}
