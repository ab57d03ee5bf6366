/**
 * A subsystem with too little space still behaves like the twin: what is refused for lack of space has
 * changed nothing, everything else is done, and snapshots never fail for that reason.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { runCopyEngineModel, subsystemEngine } from '../../src/testing.ts';
import { modelSettings, printReport } from '../support/model-settings.ts';

const NO_SPACE = {
  block: 'WAITING_FOR_SPACE',
  failWrite: 'OUT_OF_SPACE',
  dropBackground: 'OUT_OF_SPACE',
} as const;

describe.each(['block', 'failWrite', 'dropBackground'] as const)('%s', (outOfSpace) => {
  it('a full subsystem behaves like the twin', () => {
    const code = NO_SPACE[outOfSpace];
    const settings = { ...modelSettings(50), contentLengths: [9_000], excusedCodes: [code] };
    // The least that can be configured: about a hundred tracks of this length.
    const engine = () => subsystemEngine({ capacityBytes: 1_048_576, outOfSpace });
    const report = runCopyEngineModel(engine, settings);
    printReport(`tight space, ${outOfSpace}`, settings, report);
    expect(report.counts.refused.get(code)).toBeGreaterThan(settings.runs);
  });
});
