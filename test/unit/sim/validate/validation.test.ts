import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatValidation } from '../../../../sim/report/validation-report.ts';
import { between, within, withinPart } from '../../../../sim/validate/check.ts';
import { validate } from '../../../../sim/validate/validation.ts';
import { DESCRIBED_DRIVE, folderOf } from '../../../support/described-drive.ts';

const setText = (name: string): string =>
  readFileSync(new URL(`../../../../sim/device/parameters/${name}.yaml`, import.meta.url), 'utf8');
/** The table of queues has its own tests; here it is only carried along. */
const queueing = { customers: 400, replications: 3 };
const plain = (_: string, text: string): string => text;

describe('the validation', () => {
  it('holds with what is carried here', () => {
    const { sections } = validate({ setText, queueing });
    const known = sections.filter(({ id }) => id !== 'closed-forms');
    const failed = known.flatMap(({ checks }) => checks.filter((one) => !one.passes));
    expect(failed).toEqual([]);
    expect(sections.map(({ id }) => id)).toEqual(
      expect.arrayContaining([
        'closed-forms',
        'seek-laws',
        'ultrastar-rates',
        'channel-rates',
        'dimensions',
      ]),
    );
    const validation = { sections: known, drives: [], unused: [], sets: ['rva'], passes: true };
    const text = formatValidation(validation, 100, plain).join('\n');
    expect(text).toMatch(/All \d+ checks hold/);
    expect(text).toMatch(/--data/);
  });

  it('does not hold when a figure is off', () => {
    const slow = (name: string): string =>
      setText(name)
        .replace('value: 7202.7', 'value: 7000')
        .replace('value: 17 MB/s', 'value: 9 MB/s');
    const validation = validate({ setText: slow, queueing });
    expect(validation.passes).toBe(false);
    const failed = validation.sections.filter(({ checks }) => checks.some((one) => !one.passes));
    expect(failed.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['ultrastar-rates', 'channel-rates']),
    );
    expect(formatValidation(validation, 100, plain).at(-1)).toMatch(/do not hold/);
  });

  it('shows measured drives with the model beside them', () => {
    const validation = validate({ setText, queueing, data: folderOf(DESCRIBED_DRIVE) });
    const text = formatValidation(validation, 100, plain).join('\n');
    expect(text).toMatch(/MADE_UP +measured/);
    expect(text).toMatch(/3 requests +model/);
    expect(text).toMatch(/made-up\.parv, made-up\.diskspecs/);
  });
});

describe('a bar', () => {
  it('is met up to its edge and not beyond', () => {
    expect(within('x', '', 10, 10.5, 0.5).passes).toBe(true);
    expect(within('x', '', 10, 9.4, 0.5).passes).toBe(false);
    expect(within('x', '', 10, Number.NaN, 0.5).passes).toBe(false);
    expect(withinPart('x', '', -10, -10.1, 0.01).passes).toBe(true);
    expect(withinPart('x', '', 10, 10.2, 0.01).passes).toBe(false);
    expect(between('x', '', 1, 2, 2).passes).toBe(true);
    expect(between('x', '', 1, 2, 2.1).passes).toBe(false);
  });
});
