/**
 * Making a store: a subsystem of a configuration, its devices, and the volumes on them.
 *
 * It is made beside its place and put there when all of it is durable, so that whoever is interrupted
 * leaves nothing.
 *
 * @module
 */
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import {
  buildSampleVolume,
  type Device,
  deviceNumber,
  deviceVolume,
  extendedModel,
  findModel,
  Installation,
  initialiseVolume,
  invariant,
  nanos,
  type Outcome,
  SeededRandom,
  type Subsystem,
  trackIndex,
} from '../../src/index.ts';
import { createStore, nearestFolder, putInPlace, StoreFault, withFile } from '../../src/store.ts';
import type { InitRecord } from '../report/store-record.ts';
import type { DeviceForm } from '../scenario/schema.ts';
import type { StoreForm } from '../scenario/store-document.ts';
import { subsystemInput } from '../scenario/subsystem-input.ts';
import { beginFile } from '../sweep/unfinished-files.ts';
import type { TaskEars } from './convert-image.ts';
import type { StoreOutcome } from './store-request.ts';
import { STOPPED } from './store-session.ts';

/** Makes a store in a folder that is empty or not there yet. @throws StoreFault, InputError */
export function makeStore(folder: string, form: StoreForm, ears: TaskEars): StoreOutcome {
  const place = resolve(folder);
  requireFree(place, folder);
  ears.writes(place);
  const unfinished = beginFile(place);
  const top = nearestFolder(place);
  makeFolder(dirname(place), folder);
  // By itself: what makes folders in one go may try for ever where the system makes none.
  withFile(folder, 'making the store', () => {
    mkdirSync(unfinished);
  });
  const opened = createStore(unfinished, subsystemInput(form));
  try {
    const { stored } = opened;
    const installation = new Installation(stored);
    installation.host();
    const volumes: string[] = [];
    for (const device of form.devices) {
      if (ears.shouldStop()) break;
      const made = defineDevices(stored.subsystem, device);
      if (made.kind === 'refused') {
        opened.abandon();
        return { kind: 'refused', refusal: made };
      }
      if (device.volume?.volser !== undefined) volumes.push(device.volume.volser);
    }
    if (ears.shouldStop()) {
      opened.abandon();
      return STOPPED;
    }
    installation.commit();
    const record = describe(folder, stored, form, volumes);
    opened.close();
    putInPlace(unfinished, place, top);
    return { kind: 'done', record };
  } catch (error) {
    opened.abandon();
    throw error;
  }
}

/** An empty folder may be there: whoever made it has chosen where the store is to be. */
function requireFree(place: string, folder: string): void {
  if (!existsSync(place)) return;
  const names = withFile(folder, 'looking into the folder', () => readdirSync(place));
  if (names.length === 0) return;
  const isStore = names.includes('store.vdasd');
  throw new StoreFault('STORE_EXISTS', {
    what: isStore ? `there is a store in ${folder}` : `${folder} is not empty`,
    limit: 'a store is made in a folder that is empty or not there yet',
    fix: 'choose another folder',
  });
}

/** The folder around the store. */
function makeFolder(path: string, folder: string): void {
  if (existsSync(path)) return;
  withFile(folder, 'making the folder around it', () => mkdirSync(path, { recursive: true }));
}

function defineDevices(subsystem: Subsystem, form: DeviceForm): Outcome<unknown> {
  const model =
    form.model === '3390-A' ? extendedModel(form.cylinders ?? 0) : findModel(form.model);
  invariant(model !== undefined, 'store-model-known', form.model);
  for (let number = form.number.first; number <= form.number.last; number += 1) {
    const defined = subsystem.defineDevice({
      number: deviceNumber(number),
      model,
      ...(form.cylinders === undefined ? {} : { cylinders: form.cylinders }),
      ...(form.homeGroup === undefined ? {} : { homeGroup: form.homeGroup }),
      ...(form.outOfSpace === undefined ? {} : { outOfSpace: form.outOfSpace }),
      releaseExcluded: form.releaseExcluded,
    });
    if (defined.kind === 'refused') return defined;
    const filled = fillDevice(subsystem, defined.value, form);
    if (filled?.kind === 'refused') return filled;
  }
  return { kind: 'done', value: null };
}

/** The volume that is to be on a device, and the points that are to be kept of it. */
function fillDevice(
  subsystem: Subsystem,
  device: Device,
  { volume, retention }: DeviceForm,
): Outcome<unknown> | undefined {
  if (volume !== undefined) {
    const made = makeVolume(subsystem, device, volume);
    if (made.kind === 'refused') return made;
  }
  if (retention === undefined) return undefined;
  const { everyWrites, every, keep, keepFor } = retention;
  return subsystem.retention.setRule(device.index, {
    ...(everyWrites === undefined ? {} : { everyWrites }),
    ...(keep === undefined ? {} : { keep }),
    ...(every === undefined ? {} : { every: nanos(every) }),
    ...(keepFor === undefined ? {} : { keepFor: nanos(keepFor) }),
  });
}

function makeVolume(
  subsystem: Subsystem,
  device: Device,
  volume: NonNullable<DeviceForm['volume']>,
): Outcome<unknown> {
  const { volser = '', vtoc } = volume;
  const tracks = deviceVolume(subsystem, device);
  const own = {
    volser,
    ...(volume.owner === undefined ? {} : { owner: volume.owner }),
    ...(volume.index === undefined ? {} : { index: volume.index }),
    ...(volume.vvds === undefined ? {} : { vvds: volume.vvds }),
  };
  if (volume.sample === undefined) {
    const run =
      vtoc === undefined
        ? {}
        : { vtoc: { first: trackIndex(vtoc.first), count: vtoc.last - vtoc.first + 1 } };
    return initialiseVolume(tracks, { ...own, ...run });
  }
  // The same serial gives the same volume, wherever it is made.
  return buildSampleVolume(tracks, new SeededRandom(0, `sample ${volser}`), {
    ...own,
    ...(volume.scale === undefined ? {} : { scale: volume.scale }),
  });
}

function describe(
  folder: string,
  { storeId, subsystem }: { readonly storeId: string; readonly subsystem: Subsystem },
  form: StoreForm,
  volumes: readonly string[],
): InitRecord {
  const { configuration } = subsystem;
  return {
    kind: 'init',
    folder,
    name: configuration.name,
    storeId,
    capacityBytes: configuration.capacityBytes,
    groups: configuration.groups.map(({ dataDrives, redundancyDrives, capacityBytes }) => ({
      dataDrives,
      redundancyDrives,
      capacityBytes,
    })),
    spares: form.spares,
    devices: subsystem.devices().length,
    volumes,
  };
}
