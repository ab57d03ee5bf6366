/**
 * Options of the commands about stores, from words to requests.
 *
 * @module
 */
import { DEVICE_MODELS, InputError, type Nanos, nanos } from '../../src/index.ts';
import { fromPrintable } from '../report/printable.ts';
import { parseDeviceSpan, parseName, parseVolser, type Span } from '../scenario/field.ts';
import { type Parsed, parseBytes, parseCount, parseDuration } from '../scenario/quantity.ts';
import { defaultStoreForm, loadStoreForm, type StoreForm } from '../scenario/store-document.ts';
import { suggest } from '../scenario/suggestion.ts';
import { readTextFile } from '../sweep/text-file.ts';
import type { StoreOptions } from './store-command.ts';
import type { DriveName, StoreRequest } from './store-request.ts';

/** Options of `init`. */
export interface InitOptions extends StoreOptions {
  readonly config?: string;
  readonly name?: string;
  readonly capacity?: string;
  readonly drives?: string;
  readonly spares?: string;
  readonly compression?: 'none' | 'zstd';
}

/** Options of `volume define`. */
export interface DefineOptions extends StoreOptions {
  readonly device?: string;
  readonly model?: string;
  readonly cylinders?: string;
  readonly volser?: string;
  readonly owner?: string;
}

/** Options of `volume import`. */
export interface ImportOptions extends StoreOptions {
  readonly device?: string;
  readonly model?: string;
  readonly shadows?: boolean;
}

/** Options that a snapshot, a backup and a restore share. */
interface CopyOptions extends StoreOptions {
  readonly copy?: 'none' | 'background';
  readonly wait?: boolean;
  readonly supersede?: boolean;
}

/** Options of `snapshot`. */
export interface SnapshotOptions extends CopyOptions {
  readonly overwrite?: boolean;
  readonly label?: string;
}

/** Options of `backup`. */
export interface BackupCommandOptions extends CopyOptions {
  readonly source: readonly string[];
  readonly target?: readonly string[];
  readonly name?: string;
  readonly identity?: 'relabel' | 'clone' | 'conditioned';
  readonly volser?: readonly string[];
  readonly extents?: 'volume' | 'allocated';
  readonly atomic?: 'group' | 'serial';
  readonly separation?: 'instance' | 'redundancyGroup';
  readonly method?: 'pointer' | 'hostCopy';
  readonly reuse?: boolean;
  readonly overwrite?: boolean;
  readonly dryRun?: boolean;
}

/** Options of `restore`. */
export interface RestoreCommandOptions extends CopyOptions {
  readonly volume?: readonly string[];
  readonly to?: string;
  readonly method?: 'pointer' | 'hostCopy';
  readonly dryRun?: boolean;
}

/** Options of `dataset scratch`. */
export interface ScratchOptions extends StoreOptions {
  readonly hold?: string;
  readonly release?: boolean;
}

/** Options of `collect`. */
export interface CollectOptions extends StoreOptions {
  readonly group?: string;
  readonly cylinders?: string;
}

/** Options of `release`. */
export interface ReleaseOptions extends StoreOptions {
  readonly volume?: readonly string[];
  readonly exclude?: readonly string[];
  readonly emptyVolumes?: boolean;
  readonly hold?: string;
  readonly dryRun?: boolean;
  readonly undo?: string;
}

/** Options of `check`. */
export interface CheckOptions extends StoreOptions {
  readonly repair?: boolean;
  readonly salvage?: boolean;
}

/** The model that has as many cylinders as one likes. */
const EXTENDED_MODEL = '3390-A';

/** What a store is to be made of. @throws ScenarioInvalid, InputError USAGE */
export function initRequest(options: InitOptions): Extract<StoreRequest, { kind: 'init' }> {
  const { config, name, capacity, drives, spares, compression } = options;
  const form =
    config === undefined ? defaultStoreForm() : loadStoreForm(readTextFile(config), config);
  const shape = drives === undefined ? undefined : driveShape(drives);
  const groups = form.groups?.map((group) => ({
    ...group,
    ...shape,
    ...(compression === undefined ? {} : { compression }),
  }));
  const changed: StoreForm = {
    ...form,
    ...(groups === undefined ? {} : { groups }),
    ...(name === undefined ? {} : { name: nameOf(name) }),
    ...(capacity === undefined
      ? {}
      : { capacity: valueOf('--capacity', capacity, parseBytes(capacity)) }),
    ...(spares === undefined ? {} : { spares: count('--spares', spares) }),
  };
  return { kind: 'init', form: changed };
}

/** Devices to define. @throws InputError USAGE */
export function defineRequest(options: DefineOptions): StoreRequest {
  const { owner } = options;
  const model = options.model === undefined ? undefined : modelName(options.model);
  const devices =
    options.device === undefined
      ? undefined
      : valueOf('--device', options.device, parseDeviceSpan(options.device));
  const volser = options.volser === undefined ? undefined : serial('--volser', options.volser);
  if (volser !== undefined && devices !== undefined && devices.last > devices.first) {
    const limit = 'a volume is on one device';
    usage('--volser for a range of devices', limit, 'define that device by itself');
  }
  if (model === EXTENDED_MODEL && options.cylinders === undefined) {
    usage('a 3390-A without --cylinders', 'it has as many as one likes', 'add --cylinders');
  }
  if (volser === undefined && owner !== undefined) {
    usage('--owner without --volser', 'the owner stands on the label', 'add --volser');
  }
  const cylinders =
    options.cylinders === undefined ? undefined : count('--cylinders', options.cylinders);
  return {
    kind: 'volumeDefine',
    devices,
    definition: {
      ...(model === undefined ? {} : { model }),
      ...(cylinders === undefined ? {} : { cylinders }),
      ...(volser === undefined ? {} : { volser }),
      ...(owner === undefined ? {} : { owner }),
    },
  };
}

/** An image to import. @throws InputError USAGE */
export function importRequest(file: string, options: ImportOptions): StoreRequest {
  const device = options.device === undefined ? undefined : oneDevice('--device', options.device);
  return {
    kind: 'volumeImport',
    file,
    device,
    model: options.model === undefined ? undefined : modelName(options.model),
    shadows: options.shadows ?? false,
  };
}

/** Pairs to copy. @throws InputError USAGE */
export function snapshotRequest(
  volumes: readonly string[],
  options: SnapshotOptions,
): StoreRequest {
  if (volumes.length % 2 !== 0) {
    const limit = 'a snapshot has a target for each source';
    usage(
      `no target for ${volumes.at(-1) ?? ''}`,
      limit,
      'write SOURCE TARGET, or several such pairs',
    );
  }
  const pairs = Array.from({ length: volumes.length / 2 }, (_, at) => ({
    source: volumes[2 * at] ?? '',
    target: volumes[2 * at + 1] ?? '',
  }));
  requireBackground(options);
  return {
    kind: 'snapshot',
    pairs,
    copy: options.copy ?? 'none',
    overwrite: options.overwrite ?? false,
    supersede: options.supersede ?? false,
    label: options.label,
    wait: options.wait ?? false,
  };
}

/** A backup. @throws InputError USAGE */
export function backupRequest(options: BackupCommandOptions): StoreRequest {
  requireBackground(options);
  const { identity, extents, atomic, separation, method } = options;
  const volsers = options.volser?.map((text) => serial('--volser', text));
  return {
    kind: 'backup',
    dryRun: options.dryRun ?? false,
    words: {
      name: options.name,
      sources: options.source,
      targets: options.target ?? [],
      options: {
        copy: options.copy ?? 'none',
        wait: options.wait === true ? 'physical' : 'logical',
        supersede: options.supersede ?? false,
        reuse: options.reuse ?? false,
        overwrite: options.overwrite ?? false,
        ...(identity === undefined ? {} : { identity }),
        ...(volsers === undefined ? {} : { volser: volsers }),
        ...(extents === undefined ? {} : { extents }),
        ...(atomic === undefined ? {} : { atomic }),
        ...(separation === undefined ? {} : { separation }),
        ...(method === undefined ? {} : { method }),
      },
    },
  };
}

/** A restore. @throws InputError USAGE */
export function restoreRequest(backup: string, options: RestoreCommandOptions): StoreRequest {
  requireBackground(options);
  const volumes = options.volume?.map((text) => serial('--volume', text));
  return {
    kind: 'restore',
    dryRun: options.dryRun ?? false,
    words: {
      to: options.to,
      options: {
        backup,
        copy: options.copy ?? 'none',
        wait: options.wait === true ? 'physical' : 'logical',
        supersede: options.supersede ?? false,
        ...(volumes === undefined ? {} : { volumes }),
        ...(options.method === undefined ? {} : { method: options.method }),
      },
    },
  };
}

/** Data sets to scratch. @throws InputError USAGE */
export function scratchRequest(
  volume: string,
  dataSets: readonly string[],
  options: ScratchOptions,
): StoreRequest {
  const hold = options.hold === undefined ? undefined : duration('--hold', options.hold);
  const release = options.release ?? true;
  if (hold !== undefined && !release) {
    const limit = 'nothing is released that could be undone';
    usage('--hold with --no-release', limit, 'leave one of them out');
  }
  const names = dataSets.map((name) => fromPrintable(name).toUpperCase());
  return { kind: 'dataSetScratch', volume, dataSets: names, hold, release };
}

/** A drive by group and member: `0/5`. @throws InputError USAGE */
export function driveName(text: string): DriveName {
  const parts = /^(\d{1,4})\/(\d{1,4})$/.exec(text);
  if (parts === null) {
    const limit = 'a drive is its redundancy group and its number in it';
    return usage(`'${text}' is no drive`, limit, 'write 0/5; vdasd drive ls lists them');
  }
  return { group: Number(parts[1]), member: Number(parts[2]) };
}

/** Space to collect. @throws InputError USAGE */
export function collectRequest({ group, cylinders }: CollectOptions): StoreRequest {
  return {
    kind: 'collect',
    group: group === undefined ? undefined : count('--group', group),
    cylinders: cylinders === undefined ? undefined : count('--cylinders', cylinders),
  };
}

/** Space to release, or a release to take back. @throws InputError USAGE */
export function releaseRequest(options: ReleaseOptions): StoreRequest {
  const { undo, hold, volume, exclude, emptyVolumes, dryRun } = options;
  if (undo !== undefined) {
    if (hold !== undefined || volume !== undefined || exclude !== undefined || dryRun === true) {
      const limit = 'a token says by itself what is taken back';
      usage('--undo with other options', limit, 'leave the others out');
    }
    if (!/^[0-9A-Fa-f]{32}$/.test(undo)) {
      usage(`--undo ${undo}`, 'a token is 32 hexadecimal digits', 'copy it from the release');
    }
    return { kind: 'undo', token: undo };
  }
  if (hold !== undefined && dryRun === true) {
    const limit = 'a dry run releases nothing that could be undone';
    usage('--hold with --dry-run', limit, 'leave one of them out');
  }
  return {
    kind: 'release',
    volumes: volume ?? [],
    exclude: exclude ?? [],
    emptyVolumes: emptyVolumes ?? false,
    hold: hold === undefined ? undefined : duration('--hold', hold),
    dryRun: dryRun ?? false,
  };
}

/** A check, or a repair. @throws InputError USAGE */
export function checkRequest({ repair = false, salvage = false }: CheckOptions): StoreRequest {
  if (salvage && !repair) {
    usage('--salvage without --repair', 'a check changes nothing', 'add --repair');
  }
  return { kind: 'check', repair, salvage };
}

/** Waiting for data that nobody copies would never end. */
function requireBackground({ copy, wait }: CopyOptions): void {
  if (wait !== true || copy === 'background') return;
  const limit = 'pointers are in place at once, and no data is on its way';
  usage('--wait without --copy background', limit, 'add --copy background, or leave --wait out');
}

function driveShape(text: string): {
  readonly dataDrives: number;
  readonly redundancyDrives: number;
} {
  const parts = /^(\d{1,3})\+(\d)$/.exec(text);
  if (parts === null) {
    const limit = 'a group is so many drives for data and so many for redundancy';
    return usage(`--drives ${text}`, limit, 'write 6+2');
  }
  return { dataDrives: Number(parts[1]), redundancyDrives: Number(parts[2]) };
}

function nameOf(text: string): string {
  return valueOf('--name', text, parseName(text));
}

/** The name of a model, however it was written. */
function modelName(text: string): string {
  const known = [...DEVICE_MODELS.map(({ name }) => name), EXTENDED_MODEL];
  const name = text.toUpperCase();
  if (known.includes(name)) return name;
  const limit = 'a model is a type with its size, such as 3390-3';
  return usage(`--model ${text}`, limit, suggest(name, known));
}

function oneDevice(option: string, text: string): number {
  const span: Span = valueOf(option, text, parseDeviceSpan(text));
  if (span.first === span.last) return span.first;
  return usage(`${option} ${text}`, 'a volume is on one device', 'name one device number');
}

function serial(option: string, text: string): string {
  return valueOf(option, text, parseVolser(text.toUpperCase()));
}

function duration(option: string, text: string): Nanos {
  return nanos(valueOf(option, text, parseDuration(text)));
}

function count(option: string, text: string): number {
  return valueOf(option, text, parseCount(text));
}

function valueOf<Value>(option: string, text: string, parsed: Parsed<Value>): Value {
  if (parsed.kind === 'value') return parsed.value;
  return usage(`${option} ${text}: ${parsed.what}`, 'the option cannot be read', parsed.fix);
}

function usage(what: string, limit: string, fix: string): never {
  throw new InputError('USAGE', { what, limit, fix });
}
