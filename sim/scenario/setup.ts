/**
 * Setting a scenario up: devices are defined, volumes loaded, hosts attached, volumes taken online.
 * Nothing of it counts as work of the timeline.
 *
 * @module
 */
import {
  buildSampleVolume,
  cylinderCapacity,
  type Device,
  type DeviceModel,
  deviceNumber,
  deviceVolume,
  extendedModel,
  findModel,
  formatDeviceNumber,
  formatRefusal,
  InputError,
  type InputErrorCode,
  InvariantViolation,
  initialiseVolume,
  nanos,
  trackIndex,
  VolumeStopped,
} from '../../src/index.ts';
import type { ValuePath } from './document.ts';
import type { OpenScenarioImage } from './files.ts';
import { Laboratory } from './laboratory.ts';
import type { LaboratorySubsystem } from './laboratory-subsystem.ts';
import { loadTracks } from './load-tracks.ts';
import { ScenarioInvalid } from './problems.ts';
import { formatBytes } from './quantity.ts';
import { checkReferences } from './references.ts';
import { problemAt } from './scenario.ts';
import type { DeviceForm } from './schema.ts';
import { findArea } from './write-area.ts';

const TWO_32 = 2 ** 32;

/** Told what is being set up. */
export type SetupProgress = (done: number, total: number, what: string) => void;

/** Trouble of one part of the scenario. */
interface Trouble {
  readonly path: ValuePath;
  /** Another code than that of a wrong scenario. */
  readonly code?: InputErrorCode;
  readonly what: string;
  readonly limit: string;
  readonly fix: string;
}

/**
 * Sets everything up.
 *
 * @throws ScenarioInvalid where the scenario does not fit its inputs, and for inputs that cannot be
 * read, with the code of what is wrong with them.
 */
export async function setUp(laboratory: Laboratory, progress: SetupProgress): Promise<void> {
  const problems: InputError[] = [];
  const report = (trouble: Trouble): void => {
    problems.push(problemAt(laboratory.scenario.document, trouble.path, trouble));
  };
  for (const [at, owner] of laboratory.subsystems.entries()) {
    for (const [deviceAt, form] of owner.form.devices.entries()) {
      const path = ['subsystems', at, 'devices', deviceAt];
      const image = await openImport(laboratory, form);
      if (image instanceof InputError) {
        report(importTrouble(image, form, path));
        continue;
      }
      const trouble = defineDevices(laboratory, owner, { form, path, image }, progress);
      if (trouble !== undefined) report(trouble);
    }
  }
  if (problems.length > 0) throw new ScenarioInvalid(problems);
  attachHosts(laboratory);
  takeOnline(laboratory, report);
  problems.push(...checkReferences(laboratory));
  if (problems.length > 0) throw new ScenarioInvalid(problems);
}

async function openImport(
  laboratory: Laboratory,
  form: DeviceForm,
): Promise<OpenScenarioImage | InputError | undefined> {
  const file = form.volume?.import;
  if (file === undefined) return undefined;
  const known = laboratory.images.get(file);
  if (known !== undefined) return known;
  try {
    const opened = await laboratory.files.openImage(file);
    laboratory.images.set(file, opened);
    return opened;
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}

/** What is wrong with an image, said where the scenario asks for it. */
function importTrouble(error: InputError, form: DeviceForm, path: ValuePath): Trouble {
  const { code, what, fix, place } = error;
  const at = place.offset === undefined ? '' : ` at byte ${place.offset}`;
  const isMissing = code === 'FILE_NOT_FOUND';
  return {
    path: [...path, 'volume', 'import'],
    code,
    what: `import of ${form.volume?.import ?? ''}${at}: ${what}`,
    limit: isMissing ? 'inputs are named from the folder of the scenario' : error.limit,
    fix,
  };
}

/** A device's part of the scenario, and the image that it asks for. */
interface DevicePart {
  readonly form: DeviceForm;
  readonly path: ValuePath;
  readonly image: OpenScenarioImage | undefined;
}

function defineDevices(
  laboratory: Laboratory,
  owner: LaboratorySubsystem,
  part: DevicePart,
  progress: SetupProgress,
): Trouble | undefined {
  const { form, path } = part;
  const model =
    form.model === '3390-A' ? extendedModel(form.cylinders ?? 0) : findModel(form.model);
  if (model === undefined) throw new InvariantViolation('scenario-model-known', form.model);
  const fit = part.image === undefined ? undefined : checkFit(part, model);
  if (fit !== undefined) return fit;
  const cylinders = form.cylinders ?? part.image?.image.geometry.cylinders;
  for (let number = form.number.first; number <= form.number.last; number += 1) {
    const defined = owner.subsystem.defineDevice({
      number: deviceNumber(number),
      model,
      ...(cylinders === undefined ? {} : { cylinders }),
      ...(form.homeGroup === undefined ? {} : { homeGroup: form.homeGroup }),
      ...(form.outOfSpace === undefined ? {} : { outOfSpace: form.outOfSpace }),
      releaseExcluded: form.releaseExcluded,
    });
    if (defined.kind === 'refused') {
      const { what, limit, fix } = defined;
      return { path: [...path, 'number'], what, limit, fix };
    }
    const trouble =
      fillVolume(laboratory, owner, defined.value, part, progress) ??
      setRetention(owner, defined.value, part);
    if (trouble !== undefined) return trouble;
  }
  return undefined;
}

/** An image goes onto a device of its type that is large enough. */
function checkFit(part: DevicePart, model: DeviceModel): Trouble | undefined {
  const { form, path, image } = part;
  const geometry = image?.image.geometry;
  if (geometry === undefined) return undefined;
  const at = [...path, 'volume', 'import'];
  const shape = `an image of a ${geometry.type.name} with ${geometry.cylinders} cylinders`;
  if (geometry.type.code !== model.type.code || geometry.type.headCount !== model.type.headCount) {
    return {
      path: at,
      what: shape,
      limit: `the device is a ${model.name}`,
      fix: 'choose its model',
    };
  }
  if (geometry.cylinders > cylinderCapacity(model)) {
    const limit = `a ${model.name} has at most ${cylinderCapacity(model)}`;
    return { path: at, what: shape, limit, fix: 'choose a larger model' };
  }
  if (form.cylinders !== undefined && form.cylinders !== geometry.cylinders) {
    const limit = `the device is to have ${form.cylinders}`;
    return { path: [...path, 'cylinders'], what: shape, limit, fix: 'leave cylinders out' };
  }
  return undefined;
}

function fillVolume(
  laboratory: Laboratory,
  owner: LaboratorySubsystem,
  device: Device,
  part: DevicePart,
  progress: SetupProgress,
): Trouble | undefined {
  const { volume } = part.form;
  if (volume === undefined) return undefined;
  const at = [...part.path, 'volume'];
  try {
    return owner.meter.unseen(() => {
      const { image } = part;
      if (image !== undefined) {
        const total = image.image.geometry.trackCount;
        loadTracks(owner.subsystem, device, image.image, (done) => {
          progress(done, total, `loading ${volume.import ?? ''}`);
        });
        return checkSerial(laboratory, owner, device, part);
      }
      const made = makeVolume(laboratory, owner, device, volume);
      if (made.kind === 'refused') {
        return { path: at, what: made.what, limit: made.limit, fix: made.fix };
      }
      if (volume.fill === undefined) return undefined;
      const isFilled = fillTracks(laboratory, owner, device, volume.fill);
      return isFilled ? undefined : noRoom(owner, [...at, 'fill']);
    });
  } catch (error) {
    if (!(error instanceof VolumeStopped)) throw error;
    return volumeTrouble(error, owner, at);
  }
}

/** Points are kept from the moment on at which the volume is loaded. */
function setRetention(
  owner: LaboratorySubsystem,
  device: Device,
  { form, path }: DevicePart,
): Trouble | undefined {
  if (form.retention === undefined) return undefined;
  const { everyWrites, every, keep, keepFor } = form.retention;
  const rule = {
    ...(everyWrites === undefined ? {} : { everyWrites }),
    ...(keep === undefined ? {} : { keep }),
    ...(every === undefined ? {} : { every: nanos(every) }),
    ...(keepFor === undefined ? {} : { keepFor: nanos(keepFor) }),
  };
  const set = owner.subsystem.retention.setRule(device.index, rule);
  if (set.kind === 'done') return undefined;
  return { path: [...path, 'retention'], what: set.what, limit: set.limit, fix: set.fix };
}

/** Gives free tracks generated data, in order, up to a share. Answers whether there was room. */
function fillTracks(
  laboratory: Laboratory,
  owner: LaboratorySubsystem,
  device: Device,
  share: number,
): boolean {
  const area = findArea(deviceVolume(owner.subsystem, device), { area: 'any' });
  if (area.kind === 'refused') return false;
  const random = laboratory.random(`fill ${formatDeviceNumber(device.number)}`);
  const count = Math.round(area.value.trackCount * share);
  const tracks = area.value.tracks();
  for (let at = 0; at < count; at += 1) {
    const track = trackIndex(tracks[at] ?? 0);
    const [low, high] = [random.below(TWO_32), random.below(TWO_32)];
    if (owner.subsystem.writeSignature(device.index, track, low, high) === 0) return false;
  }
  return true;
}

function noRoom(owner: LaboratorySubsystem, path: ValuePath): Trouble {
  return {
    path,
    code: 'CAPACITY_EXCEEDED',
    what: 'no space for all tracks of this volume',
    limit: `${owner.name} has ${formatBytes(owner.form.capacity)} for all its volumes`,
    fix: 'give the subsystem more capacity',
  };
}

function volumeTrouble(
  stopped: VolumeStopped,
  owner: LaboratorySubsystem,
  path: ValuePath,
): Trouble {
  if (stopped.refusal.code !== 'OUT_OF_SPACE') {
    const limit = `${owner.name} refuses to hold it`;
    return { path, what: stopped.message, limit, fix: 'choose another image' };
  }
  return noRoom(owner, path);
}

function makeVolume(
  laboratory: Laboratory,
  owner: LaboratorySubsystem,
  device: Device,
  volume: NonNullable<DeviceForm['volume']>,
): ReturnType<typeof initialiseVolume> | ReturnType<typeof buildSampleVolume> {
  const volser = volume.volser ?? '';
  const own = {
    ...(volume.owner === undefined ? {} : { owner: volume.owner }),
    ...(volume.index === undefined ? {} : { index: volume.index }),
    ...(volume.vvds === undefined ? {} : { vvds: volume.vvds }),
  };
  const tracks = deviceVolume(owner.subsystem, device);
  if (volume.sample !== undefined) {
    const scale = volume.scale === undefined ? {} : { scale: volume.scale };
    return buildSampleVolume(tracks, laboratory.random(`sample ${volser}`), {
      volser,
      ...own,
      ...scale,
    });
  }
  const { vtoc } = volume;
  const run =
    vtoc === undefined
      ? {}
      : { vtoc: { first: trackIndex(vtoc.first), count: vtoc.last - vtoc.first + 1 } };
  return initialiseVolume(tracks, { volser, ...own, ...run });
}

/** A serial given beside an import is what the image has to bear. */
function checkSerial(
  laboratory: Laboratory,
  owner: LaboratorySubsystem,
  device: Device,
  part: DevicePart,
): Trouble | undefined {
  const wanted = part.form.volume?.volser;
  if (wanted === undefined) return undefined;
  const found = laboratory.volserOf({ owner, device });
  if (found === wanted) return undefined;
  return {
    path: [...part.path, 'volume', 'volser'],
    what: `serial ${wanted} for an image that bears ${found ?? 'none'}`,
    limit: 'an import keeps the label of the image',
    fix: found === undefined ? 'leave volser out' : `write ${found}, or leave volser out`,
  };
}

function attachHosts(laboratory: Laboratory): void {
  for (const [at, host] of laboratory.hosts.entries()) {
    const form = laboratory.scenario.hosts[at];
    for (const name of form?.subsystems ?? []) {
      const { subsystem, controlUnit } = laboratory.subsystem(name);
      const attached = host.attach(controlUnit, {
        subsystem: name,
        paths: form?.paths ?? 1,
        devices: subsystem.devices().map((device) => device.number),
      });
      if (attached.kind === 'refused') {
        throw new InvariantViolation('scenario-host-attached', formatRefusal(attached));
      }
    }
  }
}

/** Every device with a label goes online; two volumes of one serial cannot both. */
function takeOnline(laboratory: Laboratory, report: (trouble: Trouble) => void): void {
  for (const host of laboratory.hosts) {
    for (const block of host.devices()) {
      const placed = laboratory.device(block.subsystem, block.device);
      if (placed === undefined || laboratory.volserOf(placed) === undefined) continue;
      const online = host.varyOnline(block.device);
      if (online.kind !== 'refused') continue;
      const { what, limit, fix } = online;
      // A volume without a readable VTOC stays offline; somebody may want to overwrite it.
      if (online.code !== 'DUPLICATE_VOLSER') continue;
      report({ path: pathOfDevice(laboratory, block.subsystem, block.device), what, limit, fix });
    }
  }
}

function pathOfDevice(laboratory: Laboratory, subsystem: string, number: number): ValuePath {
  const at = laboratory.subsystems.findIndex(({ name }) => name === subsystem);
  const devices = laboratory.subsystems[at]?.form.devices ?? [];
  const deviceAt = devices.findIndex(
    (one) => number >= one.number.first && number <= one.number.last,
  );
  return ['subsystems', at, 'devices', deviceAt, 'volume'];
}
