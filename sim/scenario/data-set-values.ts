/**
 * Values of one data set of a volume, which `expect` names `PROD01:PROD.PAYROLL.MASTER`.
 *
 * @module
 */
import { imageGeometry, type TrackContent, trackSource } from '../../src/image.ts';
import {
  type DataSetEntry,
  deviceTracks,
  deviceVolume,
  findDataSet,
  readVtoc,
  trackIndex,
} from '../../src/index.ts';
import type { Observed } from './comparison.ts';
import type { Laboratory } from './laboratory.ts';
import type { PlacedDevice } from './laboratory-subsystem.ts';

/** What a row of tracks that is no whole cylinder is filled up with. */
const FILLER: TrackContent = Object.freeze({ kind: 'null', format: 1 });

/** The values of a data set; one that is not there has no tracks. */
export function dataSetValues(
  laboratory: Laboratory,
  placed: PlacedDevice,
  name: string,
): Record<string, () => Observed> {
  const find = (): DataSetEntry | undefined => findEntry(placed, name);
  return {
    exists: () => find() !== undefined,
    tracks: () => find()?.trackCount ?? 0,
    extents: () => find()?.extents.length ?? 0,
    digest: () => {
      const entry = find();
      return entry === undefined ? 'none' : digest(laboratory, placed, entry);
    },
  };
}

/** The data set as the VTOC has it now; looking is not counted. */
function findEntry({ owner, device }: PlacedDevice, name: string): DataSetEntry | undefined {
  return owner.meter.unseen(() => {
    const current = owner.subsystem.device(device.index);
    const vtoc = readVtoc(deviceVolume(owner.subsystem, current));
    const found = vtoc.kind === 'done' ? findDataSet(vtoc.value, name) : vtoc;
    return found.kind === 'done' ? found.value : undefined;
  });
}

/** SHA-256 over its tracks in order, as one row. */
function digest(laboratory: Laboratory, placed: PlacedDevice, entry: DataSetEntry): string {
  const { owner } = placed;
  const device = owner.subsystem.device(placed.device.index);
  const { type } = device.model;
  const tracks = entry.extents.flatMap(({ first, count }) =>
    Array.from({ length: count }, (_, at) => first + at),
  );
  const whole = deviceTracks(owner.subsystem, device);
  const geometry = imageGeometry(type, Math.ceil(tracks.length / type.headCount));
  return owner.meter.unseen(() =>
    laboratory.files.digest(
      trackSource(geometry, (at) => {
        const track = tracks[at];
        let content = FILLER;
        if (track !== undefined) {
          whole.scan(trackIndex(track), 1, (_, one) => {
            content = one;
          });
        }
        return content;
      }),
    ),
  );
}
