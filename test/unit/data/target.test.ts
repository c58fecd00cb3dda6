import { describe, expect, it } from 'vitest';
import { nameScore, targetCandidates } from '../../../src/engine/data/target';
import { read } from './reading';

const table = (header: string, row: (i: number) => string, n = 60): string => `${header}\n${Array.from({ length: n }, (_, i) => row(i)).join('\n')}\n`;
const guess = async (text: string) => targetCandidates((await read(text)).profile);

describe('the target', () => {
  it('is the column with a telling name, whatever its case and place', async () => {
    for (const name of ['target', 'LABEL', 'Class', 'y', 'Outcome', 'price', 'Sale_Price', 'median_house_value', 'Survived', 'diagnosis', 'species', 'monthlyIncome']) {
      expect((await guess(table(`a,${name},b`, i => `${i}.5,${(i * 3) % 50}.25,${i * 2}.5`)))[0]!.column).toBe(name);
    }
  });

  it('is else the last suitable column', async () => {
    const found = await guess(table('a,b,id,one,when,gone', i => `${i}.5,${i * 3}.5,ID${i},1,2020-01-${String((i % 28) + 1).padStart(2, '0')},`));
    expect(found.map(candidate => candidate.column)).toEqual(['b', 'a']);
    expect(found[0]!.reason).toMatch(/last suitable/);
  });

  it('prefers a plain target to words that only end in one', () => {
    expect(nameScore('target')).toBeGreaterThan(nameScore('class'));
    expect(nameScore('Sale_Price')).toBeGreaterThan(nameScore('MS_SubClass'));
    expect(nameScore('Survived')).toBeGreaterThan(nameScore('Class'));
    expect(nameScore('toString')).toBe(0);
  });
});

describe('the task', () => {
  it('is classification for texts, truth values and few whole numbers, else regression', async () => {
    expect((await guess(table('x,y', i => `${i}.5,${['u', 'v', 'w'][i % 3]}`)))[0]).toMatchObject({ task: 'classification', classes: ['u', 'v', 'w'] });
    expect((await guess(table('x,y', i => `${i}.5,${i % 2}`)))[0]).toMatchObject({ task: 'classification', classes: ['0', '1'], positive: '1' });
    expect((await guess(table('x,y', i => `${i}.5,${[10, 200, 30][i % 3]}`)))[0]).toMatchObject({ task: 'classification', classes: ['10', '30', '200'] });
    expect((await guess(table('x,y', i => `${i}.5,${i % 12}`)))[0]).toMatchObject({ task: 'regression' });
    expect((await guess(table('x,y', i => `${i}.5,${(i % 3) / 2}`)))[0]).toMatchObject({ task: 'regression' });
    expect((await guess('a,b,y\n1,2,3\n4,5,6\n'))[0]).toMatchObject({ column: 'y', task: 'regression' });
  });

  it('names all classes or none', async () => {
    const many = (await guess(table('x,label', i => `${i}.5,c${i % 40}`, 400)))[0]!;
    expect(many).toMatchObject({ column: 'label', task: 'classification' });
    expect(many.classes).toBeUndefined();
  });
});

describe('the positive class', () => {
  it.each<[string[], string, RegExp]>([
    [['Yes', 'No'], 'Yes', /name suggests/],
    [['pos', 'neg'], 'pos', /name suggests/],
    [['benign', 'malignant'], 'malignant', /name suggests/],
    [['<=50K', '>50K'], '>50K', /name suggests/],
    [['M', 'B'], 'M', /malignant/],
    [['not_sick', 'weird'], 'weird', /opposite of "not_sick"/],
    [['healthy', 'ckd'], 'ckd', /opposite/],
    [['blue', 'green', 'green'], 'blue', /rarer/],
    [['blue', 'green'], 'green', /last in sort order/],
    [['__proto__', 'constructor'], 'constructor', /last in sort order/],
  ])('of %j is %s', async (levels, positive, reason) => {
    const [found] = await guess(table('x,label', i => `${i}.5,${levels[i % levels.length]}`));
    expect(found).toMatchObject({ task: 'classification', positive });
    expect(found!.reason).toMatch(reason);
  });
});
