/**
 * A subsystem that came up again from what was kept of it is the same machine: every word, record and
 * figure that is kept is the same, it goes on in the same way as one that never went down, and both
 * behave like the naive twin.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../src/base/default-ports.ts';
import { ZstdCompress } from '../../src/store.ts';
import { driveCommands, runCopyEngineModel, spaceCommands } from '../../src/testing.ts';
import { noCounts } from '../support/kept-machines.ts';
import { modelSettings, printReport } from '../support/model-settings.ts';
import { reopenedEngine } from '../support/reopened-engine.ts';
import { BACK_END_CASES, backEndShapes } from './back-end-cases.ts';

const DEVICES_MAX = 6;
const COMMANDS = 200;
/** Sequences of a case, where nobody says. */
const RUNS = 4;

describe.each(BACK_END_CASES)('$name', (one) => {
  it('comes up as the machine that went down', () => {
    const counts = noCounts();
    const settings = {
      ...modelSettings(RUNS),
      ...backEndShapes(one),
      commandsPerRun: COMMANDS,
      contentLengths: one.contentLengths,
      excusedCodes: ['WAITING_FOR_SPACE', 'OUT_OF_SPACE'],
      moreCommands: [
        ...driveCommands(),
        ...spaceCommands({ contentLengths: one.contentLengths, deviceCountMax: DEVICES_MAX }),
      ],
    };
    const made = {
      input: { name: 'REOPENED', capacityBytes: 2 ** 20, ...one.input },
      compress: one.compresses ? new ZstdCompress() : undefined,
      durable: one.options?.durable ?? 'atOnce',
    };
    const report = runCopyEngineModel(
      () => reopenedEngine({ ...made, clock: new ManualClock() }, counts),
      settings,
    );
    printReport(`reopened, ${one.name}`, settings, report);
    const { operations, reopened, beside, compared } = counts;
    process.stdout.write(
      `  ${operations} operations, ${beside} of them beside, ${reopened} times reopened, ` +
        `${compared.words} words, ${compared.records} records, ${compared.entries} entries, ` +
        `${compared.figures} figures compared\n`,
    );
    expect(report.sequences).toBe(settings.runs);
  });
});
