import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { hasFormula, reportHtml } from '../../../src/engine/report/html';
import type { ModelFile } from '../../../src/protocol/modelFile';
import { formulaSection } from '../../fixtures/reports/formula';

const hostile = JSON.parse(readFileSync(new URL('../../fixtures/reports/multiclass-hostile.json', import.meta.url), 'utf8')) as ModelFile;
const assets = { script: 'const a = "</script>"; // <!-- \r\nrun();', css: 'body { color: red; }\r\n' };
const page = reportHtml(hostile, assets);

function between(start: string, end: string): string {
  const from = page.indexOf(start) + start.length;
  return page.slice(from, page.indexOf(end, from));
}

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

describe('the HTML report', () => {
  test('holds the report without parameters and folders, and names from data cannot end its block', () => {
    const json = between('<script type="application/json" id="unveil-model">', '</script>');
    expect(json).not.toMatch(/[<>&]/);
    const { name, created, report } = hostile;
    const file = report.recipe.file.slice(report.recipe.file.lastIndexOf('/') + 1);
    expect(JSON.parse(json)).toEqual({ name, created, report: { ...report, recipe: { ...report.recipe, file } } });
  });

  test('has no element that a name from data could have made', () => {
    expect(page).not.toContain('<img');
    expect(page).not.toContain('<b>');
    expect(page.match(/<script/g)).toHaveLength(2);
    expect(page.match(/<\/script>/g)).toHaveLength(2);
    expect(page).toContain('<title>&lt;img src=x onerror=alert(1)&gt; – Multinomial logistic regression of &lt;b&gt;target&lt;/b&gt;</title>');
  });

  test('lets run and style only what it brings: the policy has their hashes and no other source', () => {
    const policy = between('http-equiv="Content-Security-Policy" content="', '"');
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    expect(policy).not.toMatch(/https?:/);
    expect(policy).toContain(hash(between('<script>', '</script>')));
    expect(policy).toContain(hash(between('<style>', '</style>')));
  });

  test('neutralises what would end or comment out the script, with the same meaning in JavaScript', () => {
    const script = between('<script>', '</script>');
    expect(script).toBe('const a = "<\\/script>"; // \\x3c!-- \nrun();');
  });

  describe('with a formula', () => {
    const math = { script: 'set("</script>");', css: '.katex { color: blue; }' };
    const model: ModelFile = { ...hostile, report: { ...hostile.report, sections: [...hostile.report.sections, formulaSection] } };

    test('is told from one without', () => {
      expect(hasFormula(hostile.report)).toBe(false);
      expect(hasFormula(model.report)).toBe(true);
    });

    test('brings what sets it before the script that draws, both by the hash of each', () => {
      const whole = reportHtml(model, { ...assets, math });
      const scripts = [...whole.matchAll(/<script>([^]*?)<\/script>/g)].map(([, text]) => text as string);
      expect(scripts).toEqual(['set("<\\/script>");', 'const a = "<\\/script>"; // \\x3c!-- \nrun();']);
      const policy = /script-src ([^;]*);/.exec(whole)?.[1];
      expect(policy).toBe(scripts.map(hash).join(' '));
      const style = /<style>([^]*?)<\/style>/.exec(whole)?.[1] as string;
      expect(style).toContain('.katex');
      expect(whole).toContain(`style-src ${hash(style)}`);
      expect(page).not.toContain('.katex');
    });
  });
});
