/**
 * Loading parameter sets of subsystems: `parameters/*.yaml`, or a file of the user's own.
 *
 * @module
 */
import { z } from 'zod';
import { InputError } from '../../src/index.ts';
import {
  amount,
  choice,
  count,
  decision,
  listFigures,
  quantity,
  readParameterFile,
  word,
} from './parameter-document.ts';
import type { FlashParameters, SubsystemParameters } from './subsystem-parameters.ts';

const FORM = z.strictObject({
  name: z.string().min(1),
  description: z.string().min(1),
  processor: z.strictObject({
    processors: count(1, 256),
    timePerProgram: quantity('duration'),
    timePerByte: quantity('time for a byte'),
  }),
  channels: z.strictObject({
    kind: choice(['parallel', 'escon', 'ficon']),
    paths: count(1, 8),
    rate: quantity('rate'),
    timePerProgram: quantity('duration'),
    programsPerPath: count(1, 256),
    interleave: quantity('size'),
    reconnectsOnAnyPath: decision(),
    missedReconnection: quantity('duration'),
  }),
  controller: z.strictObject({
    processors: count(1, 256),
    timePerProgram: quantity('duration'),
    deviceConcurrency: count(1, 1024),
    longestDriveCommand: quantity('size'),
  }),
  cache: z.strictObject({
    size: quantity('size'),
    compression: amount(1, 1000),
    readAheadTracks: count(0, 1000),
    partialWriteMiss: choice(['stageFirst', 'stageLater', 'never']),
  }),
  nvs: z.strictObject({
    size: quantity('size'),
    compression: amount(1, 1000),
    destageAt: amount(0, 1),
    urgentAt: amount(0, 1),
  }),
  drives: z.union([
    z.strictObject({ model: word() }),
    z.strictObject({
      capacity: quantity('size'),
      readTime: quantity('duration'),
      writeTime: quantity('duration'),
      rate: quantity('rate'),
      concurrency: count(1, 4096),
    }),
  ]),
  link: z.strictObject({ rate: quantity('rate'), timePerPiece: quantity('duration') }),
});

type Form = z.infer<typeof FORM>;

const SECTOR_BYTES = 512;
/** A full track of a 3390, in bytes: what a track takes in the cache where nothing is compressed. */
const TRACK_BYTES = 56_664;
/** Fewest tracks that a cache has to hold to be one. */
const CACHE_TRACKS_MIN = 16;

/**
 * Reads a parameter set.
 *
 * @param text - Text of the YAML file.
 * @param name - Name of the file, for messages.
 * @throws InputError CONFIGURATION_INVALID with line and column of the first mistake.
 */
export function loadSubsystemParameters(text: string, name: string): SubsystemParameters {
  const form = readParameterFile<Form>(text, name, FORM);
  const { processor, channels, controller, cache, nvs, link } = form;
  const trackBytes = Math.ceil(TRACK_BYTES / cache.compression.value);
  if (cache.size.value < CACHE_TRACKS_MIN * trackBytes) {
    throw tooSmall(name, 'cache.size', cache.size.text, `${CACHE_TRACKS_MIN} tracks`);
  }
  if (nvs.size.value * nvs.compression.value < TRACK_BYTES) {
    throw tooSmall(name, 'nvs.size', nvs.size.text, 'a full track');
  }
  if (channels.programsPerPath.value > 1 && channels.interleave.value === 0) {
    throw tooSmall(name, 'channels.interleave', channels.interleave.text, 'a byte of each program');
  }
  return Object.freeze({
    name: form.name,
    description: form.description,
    processor: Object.freeze({
      processors: processor.processors.value,
      programNanos: processor.timePerProgram.value,
      byteNanos: processor.timePerByte.value,
    }),
    channels: Object.freeze({
      kind: channels.kind.value,
      paths: channels.paths.value,
      bytesPerSecond: channels.rate.value,
      programNanos: channels.timePerProgram.value,
      programsPerPath: channels.programsPerPath.value,
      interleaveBytes: channels.interleave.value,
      reconnectsOnAnyPath: channels.reconnectsOnAnyPath.value,
      missedReconnectionNanos: channels.missedReconnection.value,
    }),
    controller: Object.freeze({
      processors: controller.processors.value,
      commandNanos: controller.timePerProgram.value,
      deviceConcurrency: controller.deviceConcurrency.value,
      drivePieceSectors: Math.max(
        1,
        Math.floor(controller.longestDriveCommand.value / SECTOR_BYTES),
      ),
    }),
    cache: Object.freeze({
      bytes: cache.size.value,
      trackBytes,
      readAheadTracks: cache.readAheadTracks.value,
      partialWriteMiss: cache.partialWriteMiss.value,
    }),
    nvs: Object.freeze({
      bytes: nvs.size.value,
      bytesPerByte: 1 / nvs.compression.value,
      destageAt: nvs.destageAt.value,
      urgentAt: nvs.urgentAt.value,
    }),
    drives: drivesOf(form.drives),
    link: Object.freeze({
      bytesPerSecond: link.rate.value,
      programNanos: link.timePerPiece.value,
    }),
    figures: Object.freeze(listFigures(form)),
  });
}

function drivesOf(drives: Form['drives']): string | FlashParameters {
  if ('model' in drives) return drives.model.value;
  return Object.freeze({
    sectorCount: Math.floor(drives.capacity.value / SECTOR_BYTES),
    readNanos: drives.readTime.value,
    writeNanos: drives.writeTime.value,
    bytesPerSecond: drives.rate.value,
    concurrency: drives.concurrency.value,
  });
}

function tooSmall(file: string, field: string, text: string, least: string): InputError {
  return new InputError('CONFIGURATION_INVALID', {
    what: `${field}: ${text}`,
    place: { file },
    limit: `it has to hold ${least}`,
    fix: 'make it larger',
  });
}
