import { describe, expect, it } from 'vitest';
import {
  bytesOutOf,
  type ChannelCommand,
  COMMAND_CODES,
  formatCommand,
} from '../../../src/channel/channel-program.ts';
import { processorNanos } from '../../../src/channel/processor-cost.ts';
import { SYSA, trackImage, trackOf } from '../../support/ecam-host.ts';
import { projectText } from '../../support/tree.ts';

const COMMANDS: readonly (readonly [ChannelCommand, number, string])[] = [
  [{ kind: 'defineExtent', first: trackOf(0), last: trackOf(1), write: true }, 16, '63'],
  [{ kind: 'locateRecord', track: trackOf(0) }, 16, '47'],
  [{ kind: 'readTrack' }, 0, 'DE'],
  [{ kind: 'writeTrack', image: trackImage(0, 1) }, trackImage(0, 1).length, '95'],
  [{ kind: 'reserve' }, 0, 'B4'],
  [{ kind: 'release' }, 0, '94'],
  [{ kind: 'unconditionalReserve' }, 0, '14'],
  [{ kind: 'readDeviceCharacteristics' }, 0, '64'],
  [{ kind: 'senseId' }, 0, 'E4'],
  [{ kind: 'setPathGroupId', id: SYSA, function: 'establish' }, 12, 'AF'],
  [{ kind: 'sensePathGroupId' }, 0, '34'],
  [{ kind: 'performSubsystemFunction', message: new Uint8Array(100) }, 102, '27'],
  [{ kind: 'readSubsystemData' }, 0, '3E'],
];

describe('channel commands', () => {
  it.each(COMMANDS)('send their parameters under their real code: %o', (command, bytes, code) => {
    expect(bytesOutOf(command)).toBe(bytes);
    expect(formatCommand(command)).toBe(`${code} ${command.kind}`);
  });

  it('are all here', () => {
    expect(COMMANDS.map(([{ kind }]) => kind)).toEqual(Object.keys(COMMAND_CODES));
  });

  it('stand in docs/messages.md where ECAM uses them', () => {
    const page = projectText('docs/messages.md');
    for (const code of ['27', '3E', 'AF']) expect(page).toContain(`(X'${code}')`);
  });
});

describe('processor cost', () => {
  it('is a price for the program and one for each byte, either way', () => {
    expect(processorNanos(0, 0)).toBe(100_000);
    expect(processorNanos(10, 5)).toBe(100_030);
  });
});
