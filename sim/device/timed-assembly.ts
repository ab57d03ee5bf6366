/**
 * The stations of a subsystem in time, made from its parameters.
 *
 * @module
 */
import { invariant, type Subsystem } from '../../src/index.ts';
import type { Engine } from '../engine/engine.ts';
import { Station } from '../engine/station.ts';
import { type ChannelEvents, ChannelSet } from './channel-set.ts';
import { DriveModel } from './drive/drive-model.ts';
import type { DriveParameters } from './drive/drive-parameters.ts';
import { checkDriveRoom, DriveBank, type DriveTiming } from './drive-bank.ts';
import { FlashDrive } from './flash-drive.ts';
import { PART_CONNECT, type RequestTable } from './request-table.ts';
import type { SubsystemParameters } from './subsystem-parameters.ts';
import type { WorkPath } from './work-path.ts';

/** What every station is made with. */
export interface AssemblyInput {
  readonly engine: Engine;
  /** Before the names of parts. */
  readonly prefix: string;
  readonly parameters: SubsystemParameters;
  readonly requests: RequestTable;
}

/**
 * The drives of all groups.
 *
 * @param drive - Parameters of the drives, where the set names some.
 * @param done - A piece of work of a task is done.
 * @throws InputError CONFIGURATION_INVALID when a group does not fit its drives.
 */
export function makeBank(
  { engine, prefix, parameters }: AssemblyInput,
  subsystem: Subsystem,
  drive: DriveParameters | undefined,
  done: (task: number) => void,
): DriveBank {
  const { drives, controller } = parameters;
  const { shapes } = subsystem.places;
  const makeDrive = (): DriveTiming => {
    if (typeof drives !== 'string') return new FlashDrive(drives);
    invariant(drive !== undefined, 'drive-parameters-given', drives);
    return new DriveModel(drive);
  };
  const { sectorCount } = makeDrive();
  shapes.forEach(({ cylinderCount, cylinderSectors }, group) => {
    checkDriveRoom(group, cylinderCount * cylinderSectors, sectorCount);
  });
  return new DriveBank(engine, {
    prefix,
    groups: shapes.map(({ dataDrives, redundancyDrives, cylinderSectors }) => ({
      members: dataDrives + redundancyDrives,
      cylinderSectors,
    })),
    makeDrive,
    concurrency: typeof drives === 'string' ? 1 : drives.concurrency,
    pieceSectors: controller.drivePieceSectors,
    done,
  });
}

/** What handles the commands of programs. From there on a request is connected. */
export function makeController(
  { engine, prefix, parameters, requests }: AssemblyInput,
  done: (slot: number) => void,
): Station {
  const { processors, commandNanos } = parameters.controller;
  return new Station(engine, {
    name: `${prefix}controller`,
    servers: processors,
    serviceOf: (slot) => {
      requests.enterPart(slot, PART_CONNECT, engine.now);
      return commandNanos;
    },
    done,
  });
}

/** The paths of each host. */
export function makeChannels(
  { engine, prefix, parameters, requests }: AssemblyInput,
  hosts: number,
  events: ChannelEvents,
): readonly ChannelSet[] {
  return Array.from(
    { length: hosts },
    (_, host) =>
      new ChannelSet(engine, `${prefix}host ${host}`, parameters.channels, requests, events),
  );
}

/**
 * The data processor of each host. Tokens from 1 up are work; -1 less the bytes is what a completed
 * request of a load costs.
 */
export function makeProcessors(
  { engine, prefix, parameters }: AssemblyInput,
  hosts: number,
  works: () => WorkPath,
): readonly Station[] {
  const { processors, programNanos, byteNanos } = parameters.processor;
  return Array.from(
    { length: hosts },
    (_, host) =>
      new Station(engine, {
        name: `${prefix}processor of host ${host}`,
        servers: processors,
        serviceOf: (token) => {
          if (token > 0) return works().processorNanosOf(token);
          return programNanos + Math.round((-1 - token) * byteNanos);
        },
        done: (token) => {
          if (token > 0) works().processed(token);
        },
      }),
  );
}

/** The link to a dump target. */
export function makeLink(
  { engine, prefix, parameters }: AssemblyInput,
  works: () => WorkPath,
): Station {
  const { bytesPerSecond, programNanos } = parameters.link;
  return new Station(engine, {
    name: `${prefix}link`,
    servers: 1,
    serviceOf: (slot) =>
      programNanos + Math.round((works().linkBytesOf(slot) * 1e9) / bytesPerSecond),
    done: (slot) => works().finish(slot),
  });
}
