import { describe, expect, it } from 'vitest';
import { COPY_METHODS } from '../../../../sim/strategy/copy-methods.ts';
import type { MethodEntry } from '../../../../sim/strategy/method-entry.ts';
import type { MethodOption, OptionValue } from '../../../../sim/strategy/method-options.ts';
import { CopyLaboratory, SECOND } from '../../../support/timed-copy.ts';

type Options = Readonly<Record<string, OptionValue>>;

/** Settings in which the options of a method that has them matter. */
const BASES: Readonly<Record<string, readonly Options[]>> = {
  'concurrent-copy': [
    { sideFile: 400_000, dataSpace: 0 },
    { sideFile: 400_000, dataSpace: 1_000_000, overflow: 'pace', pacingAt: 0.3 },
  ],
  'copy-on-write': [{ keep: SECOND }],
  'split-mirror': [{ splitFor: SECOND, inStep: false }, { splitFor: SECOND }],
};

/** Another value of an option. */
function other(spec: MethodOption, value: OptionValue): OptionValue {
  switch (spec.kind) {
    case 'flag':
      return value !== true;
    case 'choice':
      return spec.values?.find((word) => word !== value) ?? value;
    case 'share':
      return value === 0.3 ? 0.9 : 0.3;
    case 'bytes':
      return Number(value) === 0 ? 200_000 : Math.max(spec.least ?? 0, Number(value) / 4);
    case 'duration':
      return Number(value) === 0 ? 3 * SECOND : Number(value) / 4;
    case 'rate':
      return Number(value) === 0 ? 40 : Number(value) / 4;
    default:
      return Number(value) + 3;
  }
}

/** What a copy, and a second one after it, come to. */
function resultOf(entry: MethodEntry, options: Options): string {
  const laboratory = new CopyLaboratory({ rate: 60, writeShare: 0.5 });
  const method = entry.make(options);
  const context = laboratory.context();
  method.prepare(context);
  laboratory.engine.runUntil(2 * SECOND);
  const first = laboratory.run(method, context);
  laboratory.engine.runUntil(laboratory.engine.now + SECOND);
  const second = laboratory.run(method, laboratory.context());
  return JSON.stringify([first, second, laboratory.engine.witness]);
}

describe('every option of a copy method', () => {
  for (const entry of COPY_METHODS) {
    const { name, options } = entry;
    it(`of ${name} changes what it comes to`, () => {
      const moved = new Map(Object.keys(options).map((option) => [option, false]));
      for (const base of BASES[name] ?? [{}]) {
        const before = resultOf(entry, base);
        for (const [option, spec] of Object.entries(options)) {
          if (moved.get(option) === true) continue;
          const value = other(spec, base[option] ?? spec.fallback);
          moved.set(option, resultOf(entry, { ...base, [option]: value }) !== before);
        }
      }
      expect([...moved].filter(([, isMoved]) => !isMoved)).toEqual([]);
      expect(moved.size).toBeGreaterThan(1);
    });
  }
});
