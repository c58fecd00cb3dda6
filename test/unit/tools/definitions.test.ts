/** The table of tools and package.json say the same; every word that a language model or a person needs is there. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { confirmation } from '../../../src/lm/confirmation';
import { fillIn, translateWith } from '../../../src/services/l10n';
import { toolNames, tools } from '../../../src/tools/definitions';

interface Contributed { readonly name: string; readonly displayName: string; readonly userDescription: string; readonly [field: string]: unknown }
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8'));
const contributed = (read('package.json') as { contributes: { languageModelTools: Contributed[] } }).contributes.languageModelTools;

/** Strings of package.json may stand in package.nls.json. */
function plain(text: string): string {
  const key = /^%(.+)%$/.exec(text)?.[1];
  return key === undefined ? text : (read('package.nls.json') as Record<string, string>)[key]!;
}

describe('the tools', () => {
  it('are contributed by package.json as the table has them', () => {
    expect(contributed.map(tool => ({ ...tool, displayName: plain(tool.displayName), userDescription: plain(tool.userDescription) }))).toEqual(tools.map(tool => ({
      name: tool.name, displayName: tool.title, toolReferenceName: tool.referenceName, canBeReferencedInPrompt: true, icon: tool.icon, tags: tool.tags,
      userDescription: tool.userDescription, modelDescription: tool.description, inputSchema: tool.input,
    })));
  });

  it('have the names that are promised, each once', () => {
    expect(tools.map(tool => tool.name)).toEqual([...toolNames]);
    for (const { name, referenceName } of tools) {
      expect(name).toMatch(/^unveil_[a-z]+_[a-z]+$/);
      expect(referenceName).toMatch(/^[\w-]+$/);
    }
  });

  it('say what they return, when not to be used, and what each input is', () => {
    for (const { description, input } of tools) {
      expect(description).toMatch(/return/i);
      expect(description).toMatch(/do not use/i);
      for (const property of Object.values(input.properties)) expect(property.description).toMatch(/\.$/);
      for (const name of input.required ?? []) expect(input.properties).toHaveProperty(name);
    }
  });

  it('ask before training and comparing, with file and target, and never before reading', () => {
    const about = { file: '/data/a.csv', target: 'price' };
    for (const name of ['unveil_train_model', 'unveil_compare_models'] as const) {
      const values = confirmation(name, about)!.message.flatMap(part => (typeof part === 'string' ? [] : [part.value]));
      expect(values.sort()).toEqual(['/data/a.csv', 'price']);
    }
    expect(JSON.stringify(confirmation('unveil_train_model', { ...about, save: '/data/m.unveil.json' }))).toContain('/data/m.unveil.json');
    expect(confirmation('unveil_compare_models', { models: ['a', 'b'] })).toBeUndefined();
    for (const { name } of tools.filter(tool => tool.readOnly && tool.name !== 'unveil_compare_models')) expect(confirmation(name, about)).toBeUndefined();
  });

  it('ask in the language of the window, and keep what the language model chose apart from the words', () => {
    const bundle = JSON.parse(readFileSync(new URL('../../../l10n/bundle.l10n.zh-cn.json', import.meta.url), 'utf8')) as Record<string, string>;
    translateWith((text, ...parts) => fillIn(bundle[text] ?? text, ...parts));
    try {
      const asked = confirmation('unveil_train_model', { file: '/data/{0}.csv', target: '**price**' })!;
      expect(asked.title).toMatch(/\p{Script=Han}/u);
      expect(asked.message.filter(part => typeof part !== 'string')).toEqual([{ value: '/data/{0}.csv' }, { value: '**price**' }]);
      expect(asked.message.filter(part => typeof part === 'string').join('')).toMatch(/^\p{Script=Han}[^/*]*$/u);
    } finally {
      translateWith(fillIn);
    }
  });
});
