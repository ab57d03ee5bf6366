/**
 * The entry `report`: tables about space and drives in the middle of a run.
 *
 * @module
 */
import { recordDrives } from './drives-record.ts';
import { type EntryMachine, type EntryStep, oneStep } from './entry-machine.ts';
import type { Laboratory } from './laboratory.ts';
import { recordSpace } from './record-space.ts';
import type { SubsystemReport } from './run-record.ts';
import type { EntryOf } from './scenario.ts';

/** The machine of a `report`. */
export function reportEntry(laboratory: Laboratory, entry: EntryOf<'report'>): EntryMachine {
  const { subsystem, show } = entry.fields;
  return oneStep(`report ${show.join(', ')}`, (): EntryStep => {
    const chosen = laboratory.subsystems.filter((one) => (subsystem ?? one.name) === one.name);
    const reports = chosen.map(
      (owner): SubsystemReport => ({
        subsystem: owner.name,
        ...(show.includes('drives') ? { drives: recordDrives(owner) } : {}),
        ...(show.includes('space') ? { space: recordSpace(laboratory, owner) } : {}),
      }),
    );
    return { kind: 'done', value: { result: { show: [...show] }, notes: [], reports } };
  });
}
