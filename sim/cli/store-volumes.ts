/**
 * Requests about the volumes of a store: defining, importing, exporting, showing and removing them.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import type { TrackSource } from '../../src/image.ts';
import {
  type Device,
  type DeviceNumber,
  deviceNumber,
  deviceVolume,
  findModelForImage,
  formatDeviceNumber,
  InputError,
  initialiseVolume,
  invariant,
  type Outcome,
  type Refusal,
  refuse,
  type VolumeName,
  type VolumeReport,
  type VolumeSummary,
} from '../../src/index.ts';
import { digestVolume, openImageFile, outputFiles, saveImageFile } from '../../src/store.ts';
import { describeVtoc } from '../report/image-record.ts';
import type { VolumeRecord, VolumeRow } from '../report/store-record.ts';
import type { StoreOutcome, StoreRequest } from './store-request.ts';
import { outcomeOf, perform, STOPPED, type StoreSession } from './store-session.ts';

/** Model of a device that nobody says more about. */
const MODEL_DEFAULT = '3390-3';

type RequestOf<Kind extends StoreRequest['kind']> = Extract<StoreRequest, { kind: Kind }>;

/** Every device. */
export function listVolumes({ installation, host, row }: StoreSession): StoreOutcome {
  host();
  return { kind: 'done', record: { kind: 'volumes', volumes: installation.volumes().map(row) } };
}

/** One volume in full. */
export function showVolume(session: StoreSession, request: RequestOf<'volume'>): StoreOutcome {
  const { installation, ears } = session;
  session.host();
  const found = findNamed(session, request.volume);
  if (found.kind === 'refused') return { kind: 'refused', refusal: found };
  const name = nameOf(found.value);
  return outcomeOf(installation.volume(name), (report) => {
    const tracks = request.digest ? installation.export(name) : undefined;
    const total = report.device.cylinders * report.device.model.type.headCount;
    const digest =
      tracks?.kind === 'done'
        ? digestVolume(tracks.value, (read) => {
            ears.progress(read, total, `reading ${request.volume}`);
          }).digest
        : null;
    return describe(session, report, digest);
  });
}

/**
 * Defines devices; or initialises a volume: on the device that was named when that is there and empty,
 * else on an empty one, else on a new one.
 */
export function defineVolumes(
  session: StoreSession,
  { devices, definition }: RequestOf<'volumeDefine'>,
): StoreOutcome {
  const { installation, row } = session;
  session.host();
  const numbers =
    devices === undefined
      ? [undefined]
      : Array.from({ length: devices.last - devices.first + 1 }, (_, at) =>
          deviceNumber(devices.first + at),
        );
  if (definition.volser !== undefined) {
    const model = definition.model ?? MODEL_DEFAULT;
    const number = numbers[0] ?? emptyDevice(session, model);
    const there = number === undefined ? undefined : installation.subsystem.findDevice(number);
    if (there !== undefined) return initialise(session, there, definition);
  }
  const taken = numbers.find(
    (number) => number !== undefined && installation.subsystem.findDevice(number) !== undefined,
  );
  // All of them or none.
  if (taken !== undefined) return { kind: 'refused', refusal: isDefined(taken) };
  const volumes: VolumeRow[] = [];
  for (const device of numbers) {
    const defined = installation.define({
      ...definition,
      ...(device === undefined ? {} : { device }),
    });
    if (defined.kind === 'refused') return { kind: 'refused', refusal: defined };
    volumes.push(row(defined.value));
  }
  return { kind: 'done', record: { kind: 'volumeDefine', volumes } };
}

/** Makes an empty volume on a device that is there. */
function initialise(
  session: StoreSession,
  device: Device,
  { volser = '', owner, model, cylinders }: RequestOf<'volumeDefine'>['definition'],
): StoreOutcome {
  const { installation, row } = session;
  const { subsystem } = installation;
  const refusal = refuseInitialising(session, device, { volser, model, cylinders });
  if (refusal !== undefined) return { kind: 'refused', refusal };
  const made = initialiseVolume(deviceVolume(subsystem, device), {
    volser,
    index: true,
    vvds: true,
    ...(owner === undefined ? {} : { owner }),
  });
  if (made.kind === 'refused') return { kind: 'refused', refusal: made };
  const { processor } = session.host();
  processor.recognise({ subsystem: subsystem.configuration.name, device: device.number });
  installation.commit();
  const volumes = installation.volumes().filter((one) => one.device.number === device.number);
  return { kind: 'done', record: { kind: 'volumeDefine', volumes: volumes.map(row) } };
}

/** A volume is initialised on an empty device that is what was asked for, under a serial of its own. */
function refuseInitialising(
  { installation }: StoreSession,
  device: Device,
  asked: {
    readonly volser: string;
    readonly model: string | undefined;
    readonly cylinders: number | undefined;
  },
): Refusal | undefined {
  const what = `a new volume ${asked.volser} on device ${formatDeviceNumber(device.number)}`;
  const bearer = installation.find({ kind: 'volser', volser: asked.volser });
  if (bearer.kind === 'done') {
    return refuse('DUPLICATE_VOLSER', {
      what,
      limit: `device ${formatDeviceNumber(bearer.value.number)} holds a volume of that serial`,
      fix: 'choose another serial',
    });
  }
  if (installation.subsystem.deviceSpace(device.index).mapped > 0 || device.readOnly) {
    return refuse('TARGET_HAS_DATA', {
      what,
      limit: device.readOnly ? 'it is read-only' : 'something is written there',
      fix: 'name another device, or remove this one first',
    });
  }
  const { model = device.model.name, cylinders = device.cylinders } = asked;
  if (model === device.model.name && cylinders === device.cylinders) return undefined;
  return refuse('GEOMETRY_MISMATCH', {
    what,
    limit: `it is a ${device.model.name} with ${device.cylinders} cylinders`,
    fix: 'name another device, or leave model and cylinders out',
  });
}

/** Imports an image onto the device that was named, else onto an empty one, else onto a new one. */
export async function importVolume(
  session: StoreSession,
  request: RequestOf<'volumeImport'>,
): Promise<StoreOutcome> {
  const { installation, row } = session;
  session.host();
  const opened = await openImageFile(request.file, { shadows: request.shadows });
  try {
    const device =
      request.device === undefined
        ? emptyDeviceFor(session, opened.image, request.model)
        : deviceNumber(request.device);
    const task = installation.import(opened.image, {
      ...(device === undefined ? {} : { device }),
      ...(request.model === undefined ? {} : { model: request.model }),
    });
    return outcomeOf(perform(session, task, request.file), (imported) => {
      const summary = installation
        .volumes()
        .find((volume) => volume.device.number === imported.device);
      invariant(summary !== undefined, 'imported-device-defined', String(imported.device));
      return {
        kind: 'volumeImport',
        files: opened.files,
        volume: row(summary),
        tracks: imported.tracks,
        byteTracks: imported.byteTracks,
        offline: imported.offline ?? null,
        warnings: opened.warnings,
      };
    });
  } finally {
    opened.close();
  }
}

/** Exports a volume as an image; the files are there whole or not at all. */
export async function exportVolume(
  session: StoreSession,
  request: RequestOf<'volumeExport'>,
): Promise<StoreOutcome> {
  const { installation, ears, row } = session;
  const { file, format } = request;
  if (existsSync(file)) throw fileIsThere(file);
  const found = findNamed(session, request.volume);
  if (found.kind === 'refused') return { kind: 'refused', refusal: found };
  const tracks = installation.export(nameOf(found.value));
  if (tracks.kind === 'refused') return { kind: 'refused', refusal: tracks };
  const source = tracks.value;
  const { trackCount } = source.geometry;
  for (const output of outputFiles(file, format, source.geometry)) ears.writes(output);
  try {
    const saved = await saveImageFile(file, format, source, {
      progress: (written) => {
        if (ears.shouldStop()) throw new ExportStopped();
        ears.progress(written, trackCount, `writing ${file}`);
      },
    });
    const summary = installation.volumes().find(({ device }) => device === found.value);
    return {
      kind: 'done',
      record: {
        kind: 'volumeExport',
        volume: row(summary ?? { device: found.value, online: false }),
        files: saved.files,
        format,
        nullTracks: saved.nullTracks,
        byteTracks: saved.byteTracks,
        bytesWritten: saved.partBytes.reduce((sum, bytes) => sum + bytes, 0),
      },
    };
  } catch (error) {
    if (error instanceof ExportStopped) return STOPPED;
    throw error;
  }
}

/** Removes a device with the volume on it. */
export function removeVolume(
  session: StoreSession,
  request: RequestOf<'volumeRemove'>,
): StoreOutcome {
  const { installation, row } = session;
  const found = findNamed(session, request.volume);
  if (found.kind === 'refused') return { kind: 'refused', refusal: found };
  const shown = installation.volumes().find(({ device }) => device === found.value);
  const before = shown === undefined ? undefined : row(shown);
  return outcomeOf(installation.remove(nameOf(found.value), request.evenBackup), (removed) => ({
    kind: 'volumeRemove',
    volume: before ?? row(removed),
  }));
}

/** The device that a serial or a device number means. */
export function findNamed({ installation }: StoreSession, text: string): Outcome<Device> {
  return installation.findText(text);
}

/** A device by its number. */
export function nameOf({ number }: Device): VolumeName {
  return { kind: 'device', device: number };
}

function isDefined(number: DeviceNumber): Refusal {
  return refuse('DEVICE_EXISTS', {
    what: `device ${formatDeviceNumber(number)}`,
    limit: 'a device number is defined once; none of the devices was defined',
    fix: 'choose other device numbers',
  });
}

/** An export was given up. */
class ExportStopped extends Error {
  override readonly name = 'ExportStopped';
}

/** The lowest device that is empty and of the model that the image asks for. */
function emptyDeviceFor(
  session: StoreSession,
  image: TrackSource,
  wanted: string | undefined,
): DeviceNumber | undefined {
  const { type, cylinders } = image.geometry;
  const model = wanted ?? findModelForImage(type.code, type.headCount, cylinders)?.name;
  return model === undefined ? undefined : emptyDevice(session, model);
}

/** The lowest device of a model that is empty. */
function emptyDevice({ installation }: StoreSession, model: string): DeviceNumber | undefined {
  const { subsystem } = installation;
  const isEmpty = ({ device }: VolumeSummary): boolean =>
    device.model.name === model &&
    !device.readOnly &&
    subsystem.deviceSpace(device.index).mapped === 0;
  return installation.volumes().find(isEmpty)?.device.number;
}

function describe(
  { row, installation }: StoreSession,
  report: VolumeReport,
  digest: string | null,
): VolumeRecord {
  const { device, space, vtoc } = report;
  const { headCount } = device.model.type;
  const { mapped, unique, shared, rawBytes, storedBytes, uniqueBytes } = space;
  const isLabelled = installation.volserOf(device) !== undefined;
  return {
    kind: 'volume',
    volume: row(report),
    owner: vtoc?.label.owner ?? null,
    trackCount: device.cylinders * headCount,
    space: { mapped, unique, shared, rawBytes, storedBytes, uniqueBytes },
    vtoc: vtoc === undefined ? null : describeVtoc(vtoc, headCount),
    digest,
    warnings:
      vtoc === undefined
        ? report.trouble === undefined || !isLabelled
          ? []
          : [report.trouble]
        : vtoc.warnings.map((warning) => `${warning.code}: ${warning.what}`),
  };
}

function fileIsThere(file: string): InputError {
  return new InputError('FILE_EXISTS', {
    what: 'the file is there already',
    place: { file },
    limit: 'it is not overwritten',
    fix: 'choose another name, or remove it first',
  });
}
