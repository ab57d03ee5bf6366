/**
 * Looking at data sets, straight and not through a channel: nobody's use of a volume is in the way.
 *
 * @module
 */
import type { VolumeName } from '../backup/backup-request.ts';
import { done, type Outcome } from '../base/refusal.ts';
import type { DataSetEntry } from '../host/data-set-entry.ts';
import { readSequential } from '../host/data-set-reading.ts';
import { deviceVolume } from '../host/device-volume.ts';
import { listMembers, type Member, readMember } from '../host/partitioned.ts';
import type { VolumeTracks } from '../host/volume-tracks.ts';
import { findDataSet, readVtoc, type Vtoc } from '../host/vtoc.ts';
import { looking } from './device-label.ts';
import type { MachineRoom } from './machine-room.ts';
import { findDevice } from './volume-view.ts';

/** A data set and its records. */
export interface DataSetContent {
  readonly entry: DataSetEntry;
  /**
   * The records in order, each a view that is right until the next one. Iterating throws InputError
   * DATA_SET_DAMAGED and VolumeStopped where the content cannot be read.
   */
  readonly records: Iterable<Uint8Array>;
}

/** The VTOC of a volume. */
export function listDataSets(room: MachineRoom, name: VolumeName): Outcome<Vtoc> {
  return onVolume(room, name, readVtoc);
}

/** The members of a partitioned data set, in directory order. */
export function listMembersOf(
  room: MachineRoom,
  name: VolumeName,
  dataSet: string,
): Outcome<readonly Member[]> {
  return onDataSet(room, name, dataSet, listMembers);
}

/** The records of a data set, or of one member of it. */
export function readDataSet(
  room: MachineRoom,
  name: VolumeName,
  dataSet: string,
  member: string | undefined,
): Outcome<DataSetContent> {
  return onDataSet(room, name, dataSet, (volume, entry) => {
    const records =
      member === undefined ? readSequential(volume, entry) : readMember(volume, entry, member);
    return records.kind === 'refused' ? records : done({ entry, records: records.value });
  });
}

function onDataSet<Value>(
  room: MachineRoom,
  name: VolumeName,
  dataSet: string,
  look: (volume: VolumeTracks, entry: DataSetEntry) => Outcome<Value>,
): Outcome<Value> {
  return onVolume(room, name, (volume) => {
    const vtoc = readVtoc(volume);
    if (vtoc.kind === 'refused') return vtoc;
    const entry = findDataSet(vtoc.value, dataSet);
    return entry.kind === 'refused' ? entry : look(volume, entry.value);
  });
}

function onVolume<Value>(
  room: MachineRoom,
  name: VolumeName,
  look: (volume: VolumeTracks) => Outcome<Value>,
): Outcome<Value> {
  const device = findDevice(room, name);
  if (device.kind === 'refused') return device;
  return looking(() => look(deviceVolume(room.subsystem, device.value)));
}
