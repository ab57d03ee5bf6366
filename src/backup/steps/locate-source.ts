/**
 * Step 202, second half: the source as the data processor sees it.
 *
 * Read device characteristics, VOL1, format 4 and the data set control blocks give the device's
 * type, the location and extent of the volume, and the data sets that the messages will name. The
 * names of the data sets are serialized, too; when one is held by somebody else, the job gives
 * everything back and starts over.
 *
 * @module
 */
import { done, type Outcome, type Refusal, refuse } from '../../base/refusal.ts';
import { trackIndex } from '../../base/units.ts';
import type { MessageDataSet } from '../../ecam/messages.ts';
import { allocatedRanges } from '../../host/data-set-entry.ts';
import { normaliseRanges } from '../../host/free-space.ts';
import type { TrackRun } from '../../host/host-records.ts';
import type { ResourceNeed } from '../../host/serialization.ts';
import { describeDevice, type UnitControlBlock } from '../../host/unit-control-block.ts';
import { LABEL_TRACK, readVolumeLabel } from '../../host/volume-label.ts';
import { trackCount, type VolumeTracks } from '../../host/volume-tracks.ts';
import { readVtoc, type Vtoc } from '../../host/vtoc.ts';
import { checkRestorable } from '../copy-metadata.ts';
import {
  type CopyPair,
  type CopyRun,
  go,
  type LocatedSource,
  type PhaseAnswer,
} from '../copy-run.ts';
import { checkStillThere } from '../lineage.ts';
import { findSource, sourceNeeds, sourceVolser } from './serialize-source.ts';

/** Locates one source; when all are there, serializes their data sets. */
export function locateSource(run: CopyRun): PhaseAnswer {
  const pair = run.pairs.find((one) => one.source === undefined);
  if (pair === undefined) return run.hold(dataSetNeeds(run)) ?? go('locateTarget');
  const found = findSource(run, pair);
  if (found.kind === 'refused') return found;
  // While the job waited, the volume may have come to another device.
  const volser = sourceVolser(pair);
  const blocked = run.hold(sourceNeeds(found.value, volser));
  if (blocked !== undefined) return blocked;
  const gone = checkCopy(run, pair);
  if (gone !== undefined) return gone;
  const sensed = run.host.senseDevice(found.value);
  if (sensed.kind !== 'done') return sensed;
  const block = sensed.value;
  const read = run.host.onVolume(block, (volume) => readSource(volume, block, pair, run));
  if (read.kind !== 'done') return read;
  pair.source = read.value;
  const { dataSets, runs } = read.value;
  const tracks = runs.reduce((sum, one) => sum + one.count, 0);
  run.log.note(
    202,
    `${volser} is on ${describeDevice(block)}: ${block.cylinders} cylinders, ` +
      `${dataSets.length} data sets, ${tracks} tracks to copy`,
  );
  return { kind: 'again' };
}

/**
 * The tracks that hold label, VTOC and data sets of a volume, merged and in order: what `extents:
 * allocated` copies. The copy is a whole volume, because all else is free space.
 */
function allocatedRuns(vtoc: Vtoc): readonly TrackRun[] {
  return normaliseRanges([
    { first: LABEL_TRACK, count: 1 },
    vtoc.extent,
    ...vtoc.entries.flatMap((entry) => allocatedRanges(entry)),
  ]);
}

/** While a restore waited, somebody may have overwritten its copy; the serial would not show it. */
function checkCopy(run: CopyRun, { plan }: CopyPair): Refusal | undefined {
  if (plan.kind !== 'restore') return undefined;
  return checkStillThere(run.host.records.job(plan.backupId), plan.copy.target);
}

function readSource(
  volume: VolumeTracks,
  block: UnitControlBlock,
  pair: CopyPair,
  run: CopyRun,
): Outcome<LocatedSource> {
  const label = readVolumeLabel(volume);
  if (label.kind === 'refused') return label;
  const expected = sourceVolser(pair);
  if (label.value.volser !== expected) {
    return refuse(pair.plan.kind === 'restore' ? 'BACKUP_TARGET_CHANGED' : 'VOLUME_UNKNOWN', {
      what: `volume ${expected} on ${describeDevice(block)}`,
      limit: `its label says ${label.value.volser}`,
      fix: 'vary the device offline and online, and ask for the volume that is there',
    });
  }
  const vtoc = readVtoc(volume);
  if (vtoc.kind === 'refused') return vtoc;
  const { plan } = pair;
  const refusal = plan.kind === 'restore' ? checkRestorable(volume, plan.copy) : undefined;
  if (refusal !== undefined) return refusal;
  return done({
    block,
    label: label.value,
    vtoc: vtoc.value,
    runs: sourceRuns(volume, vtoc.value, pair, run),
    dataSets: vtoc.value.entries.map(messageDataSet),
  });
}

function sourceRuns(
  volume: VolumeTracks,
  vtoc: Vtoc,
  pair: CopyPair,
  run: CopyRun,
): readonly TrackRun[] {
  if (pair.plan.kind === 'restore') return pair.plan.copy.runs;
  const { plan } = run;
  return plan.kind === 'backup' && plan.options.extents === 'allocated'
    ? allocatedRuns(vtoc)
    : [{ first: trackIndex(0), count: trackCount(volume) }];
}

function messageDataSet(entry: Vtoc['entries'][number]): MessageDataSet {
  return {
    name: entry.name,
    extents: entry.extents.map(({ first, count }) => ({ first, count })),
  };
}

/** A backup shares the data sets with readers; a restore replaces them under their names. */
function dataSetNeeds(run: CopyRun): readonly ResourceNeed[] {
  const mode = run.kind === 'backup' ? 'shared' : 'exclusive';
  return run.pairs.flatMap((pair) =>
    (pair.source?.dataSets ?? []).map(
      ({ name }): ResourceNeed => ({ major: 'SYSDSN', minor: name, mode }),
    ),
  );
}
