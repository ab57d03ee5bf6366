/**
 * Every place of a subsystem in time where work waits: its account, its state now, and Little's law.
 *
 * @module
 */
import type { Gate } from '../engine/gate.ts';
import type { Level } from '../engine/level.ts';
import type { Station } from '../engine/station.ts';
import type { TimedSubsystem } from './timed-subsystem.ts';

/** What a place is. */
export type TimedStationKind =
  | 'processor'
  | 'channel'
  | 'controller'
  | 'device'
  | 'drive'
  | 'nvs'
  | 'link';

/** A place where work waits. */
export interface TimedStation {
  readonly name: string;
  readonly kind: TimedStationKind;
  /** Servers, or permits; 1 for storage. */
  readonly servers: number;
  /** What is in use right now, 0 to 1: servers, permits, or room. */
  readonly inUse: () => number;
  /** How many wait right now. */
  readonly queued: () => number;
  /** Its account since the accounts began. */
  readonly row: () => TimedStationRow;
}

/** The account of a place since the accounts began. */
export interface TimedStationRow {
  readonly name: string;
  readonly kind: TimedStationKind;
  readonly servers: number;
  /** 0 to 1. */
  readonly utilisation: number;
  readonly arrivals: number;
  readonly completions: number;
  /** Mean number that wait, without those being served. */
  readonly meanQueue: number;
  /** Mean time from arrival to completion; of storage, of waiting for room. */
  readonly meanStayNanos: number;
}

/** All places, in a fixed order. Devices that are defined later are missing until it is asked again. */
export function timedStations(timed: TimedSubsystem): readonly TimedStation[] {
  const of = (kind: TimedStationKind) => (place: Station | Gate) => served(kind, place);
  return [
    ...timed.processors.map(of('processor')),
    ...timed.channels.flatMap(({ gates, frames }) =>
      [...gates, ...(frames === undefined ? [] : [frames])].map(of('channel')),
    ),
    of('controller')(timed.controller),
    ...timed.devices.all().map(of('device')),
    stored(timed.nvs.level),
    ...timed.bank.stations.map(of('drive')),
    of('link')(timed.link),
  ];
}

/** Begins the accounts of all places anew, as after a warm-up. */
export function resetTimedStations(timed: TimedSubsystem): void {
  for (const place of places(timed)) place.resetAccount();
}

/**
 * Little's law on every place, since the run began.
 *
 * @throws InvariantViolation `littles-law`
 */
export function checkTimedStations(timed: TimedSubsystem): void {
  for (const place of places(timed)) place.checkLittle();
}

function places(timed: TimedSubsystem): readonly (Station | Gate | Level)[] {
  const { processors, controller, devices, nvs, bank, link } = timed;
  const channels = timed.channels.flatMap(({ gates, frames }): readonly (Station | Gate)[] =>
    frames === undefined ? gates : [...gates, frames],
  );
  return [
    ...processors,
    ...channels,
    controller,
    ...devices.all(),
    nvs.level,
    ...bank.stations,
    link,
  ];
}

function served(kind: TimedStationKind, place: Station | Gate): TimedStation {
  const { name } = place;
  const servers = 'servers' in place ? place.servers : place.permits;
  return Object.freeze({
    name,
    kind,
    servers,
    inUse: () => place.busy / servers,
    queued: () => place.queued,
    row: () => {
      const { utilisation, arrivals, completions, queuedMean, sojournNanosMean } = place.account();
      return {
        name,
        kind,
        servers,
        utilisation,
        arrivals,
        completions,
        meanQueue: queuedMean,
        meanStayNanos: sojournNanosMean,
      };
    },
  });
}

function stored(level: Level): TimedStation {
  return Object.freeze({
    name: level.name,
    kind: 'nvs',
    servers: 1,
    inUse: () => level.level / level.bound,
    queued: () => level.queued,
    row: () => {
      const { takes, levelMean, queuedMean, waitNanosMean, bound } = level.account();
      return {
        name: level.name,
        kind: 'nvs' as const,
        servers: 1,
        utilisation: levelMean / bound,
        arrivals: takes,
        completions: takes - level.queued,
        meanQueue: queuedMean,
        meanStayNanos: waitNanosMean,
      };
    },
  });
}
