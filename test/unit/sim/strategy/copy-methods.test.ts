import { describe, expect, it } from 'vitest';
import { COPY_METHODS } from '../../../../sim/strategy/copy-methods.ts';
import { CopyLaboratory } from '../../../support/timed-copy.ts';

describe('every copy method', () => {
  for (const entry of COPY_METHODS) {
    it(`${entry.name} gives an idle volume's copy that is what the source is`, () => {
      const laboratory = new CopyLaboratory();
      const { figures, failure } = laboratory.copy(entry.make());
      console.log(JSON.stringify(figures));
      expect(failure).toBeUndefined();
      expect(figures.consistency.kind).toBe('consistent');
      expect(figures.consistency.tracks).toBe(laboratory.trackCount);
    });
  }
});
