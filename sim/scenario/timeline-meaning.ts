/**
 * What the entries of a timeline must mean: names given before they are used, combinations that can
 * end. What is about drives, space and points is in `back-end-meaning.ts`.
 *
 * @module
 */
import { checkBackEndEntry } from './back-end-meaning.ts';
import { checkKnown, checkOnce, type Report } from './meaning-report.ts';
import { chainsOf, expandChain, isRepeated, namesGivenBy } from './occurrences.ts';
import type { EntryOf, InnerEntry, Scenario } from './scenario.ts';
import { suggest } from './suggestion.ts';

/** What earlier entries have given names to. */
interface Named {
  /** Whether a background copy follows, by backup. */
  readonly backups: Map<string, { readonly hasBackground: boolean }>;
  readonly snapshots: Set<string>;
  /** Copies by a method; nothing later speaks of them. */
  readonly copies: Set<string>;
  readonly releases: Set<string>;
  readonly points: Set<string>;
}

/** Every problem of the timeline. */
export function checkTimeline(scenario: Scenario, report: Report): void {
  const named: Named = {
    backups: new Map(),
    snapshots: new Set(),
    copies: new Set(),
    releases: new Set(),
    points: new Set(),
  };
  for (const { when, entries: chain } of chainsOf(scenario.timeline)) {
    for (const entry of chain) {
      const entries = entry.kind === 'together' ? entry.entries : [entry];
      // Entries that run together may speak of names given earlier only: their order is drawn.
      for (const one of entries) checkEntry(one, scenario, named, report);
      for (const one of entries) defineNames(one, named, report);
    }
    if (!isRepeated(when) || scenario.timing === undefined) continue;
    const count = expandChain({ when, entries: chain }, scenario.timing).length;
    numberNames(chain.flatMap(namesGivenBy), named, count);
  }
}

/** What happens several times is known outside of its chain by a number for each time. */
function numberNames(names: readonly string[], named: Named, count: number): void {
  for (const name of names) {
    const backup = named.backups.get(name);
    if (backup !== undefined) {
      for (let at = 1; at <= count; at += 1) named.backups.set(`${name}-${at}`, backup);
      named.backups.delete(name);
    }
    for (const set of [named.snapshots, named.releases, named.points]) {
      if (!set.delete(name)) continue;
      for (let at = 1; at <= count; at += 1) set.add(`${name}-${at}`);
    }
  }
}

function defineNames(entry: InnerEntry, named: Named, report: Report): void {
  switch (entry.kind) {
    case 'backup':
    case 'copy':
    case 'snapshot': {
      const name = entry.fields.as;
      if (name === undefined) return;
      const taken = new Set([...named.backups.keys(), ...named.copies, ...named.snapshots]);
      checkOnce(taken, name, 'backup, copy or snapshot', [...entry.path, 'as'], report);
      if (entry.kind === 'snapshot') named.snapshots.add(name);
      else if (entry.kind === 'copy') named.copies.add(name);
      else named.backups.set(name, { hasBackground: entry.fields.copy === 'background' });
      return;
    }
    case 'release':
      if (entry.fields.as === undefined) return;
      checkOnce(named.releases, entry.fields.as, 'release', [...entry.path, 'as'], report);
      return;
    case 'retain':
      checkOnce(named.points, entry.fields.as, 'point', [...entry.path, 'as'], report);
      return;
    default:
      return;
  }
}

function checkEntry(entry: InnerEntry, scenario: Scenario, named: Named, report: Report): void {
  const hosts = scenario.hosts.map((host) => host.name);
  const backups = [...named.backups.keys()];
  switch (entry.kind) {
    case 'backup':
      checkKnown(entry.fields.host, hosts, 'host', [...entry.path, 'host'], report);
      checkBackup(entry, report);
      return;
    case 'write':
      checkKnown(entry.fields.host, hosts, 'host', [...entry.path, 'host'], report);
      if (entry.fields.dataSet !== undefined && entry.fields.area === 'any') {
        const limit = 'area: any is the whole volume';
        report([...entry.path, 'area'], {
          what: 'dataSet with area: any',
          limit,
          fix: 'leave one out',
        });
      }
      return;
    case 'inquire':
    case 'verify':
    case 'restore': {
      const path = [...entry.path, 'backup'];
      checkKnown(entry.fields.backup, backups, 'backup', path, report);
      if (entry.kind === 'inquire') checkInquire(entry, named, report);
      if (entry.kind === 'restore' && entry.fields.host !== undefined) {
        checkKnown(entry.fields.host, hosts, 'host', [...entry.path, 'host'], report);
      }
      return;
    }
    case 'snapshot':
      checkSnapshot(entry, scenario, report);
      return;
    case 'withdraw':
    case 'discard':
      checkOneOf(entry, backups, [...named.snapshots], report);
      return;
    case 'check':
      if (entry.fields.subsystem !== undefined) {
        const known = scenario.subsystems.map((one) => one.name);
        const path = [...entry.path, 'subsystem'];
        checkKnown(entry.fields.subsystem, known, 'subsystem', path, report);
      }
      return;
    default:
      checkBackEndEntry(entry, scenario, named, report);
  }
}

function checkBackup(entry: EntryOf<'backup'>, report: Report): void {
  const { source, target, volser, copy, wait } = entry.fields;
  const isAuto = target.length === 1 && target[0]?.kind === 'auto';
  if (!isAuto && target.length !== source.length) {
    report([...entry.path, 'target'], {
      what: `${target.length} targets for ${source.length} sources`,
      limit: 'every source has one target',
      fix: 'name as many targets as sources, or auto',
    });
  }
  if (volser !== undefined && volser.length !== source.length) {
    report([...entry.path, 'volser'], {
      what: `${volser.length} serials for ${source.length} copies`,
      limit: 'every copy has one serial',
      fix: 'name as many serials as sources',
    });
  }
  for (const [at, serial] of source.entries()) {
    if (source.indexOf(serial) === at) continue;
    const limit = 'a volume is backed up once by one job';
    report([...entry.path, 'source'], { what: `${serial} twice`, limit, fix: 'name it once' });
  }
  if (wait === 'physical' && copy === 'none') {
    report([...entry.path, 'wait'], endless('wait: physical'));
  }
}

function checkInquire(entry: EntryOf<'inquire'>, named: Named, report: Report): void {
  const backup = named.backups.get(entry.fields.backup);
  if (entry.fields.until === 'physicallyComplete' && backup?.hasBackground === false) {
    report([...entry.path, 'until'], endless('until: physicallyComplete'));
  }
}

function endless(what: string): { what: string; limit: string; fix: string } {
  return {
    what: `${what} for a backup with copy: none`,
    limit: 'it has no background copy, so that would never end',
    fix: 'give the backup copy: background, or wait for logical completion',
  };
}

function checkSnapshot(entry: EntryOf<'snapshot'>, scenario: Scenario, report: Report): void {
  const known = scenario.subsystems.map((one) => one.name);
  const { subsystem, pairs } = entry.fields;
  if (subsystem !== undefined) {
    checkKnown(subsystem, known, 'subsystem', [...entry.path, 'subsystem'], report);
  } else if (known.length > 1) {
    const limit = 'device numbers and serials are those of one subsystem';
    report(entry.path, { what: 'a snapshot without subsystem', limit, fix: suggest('', known) });
  }
  for (const [at, pair] of pairs.entries()) {
    const path = [...entry.path, 'pairs', at];
    if (pair.tracks !== undefined && pair.cylinders !== undefined) {
      const limit = 'a pair is told in tracks or in cylinders';
      report(path, { what: 'tracks and cylinders', limit, fix: 'leave one of them out' });
    }
    if (pair.to !== undefined && pair.tracks === undefined && pair.cylinders === undefined) {
      const limit = 'a whole device goes to the same places';
      report([...path, 'to'], { what: 'to without tracks', limit, fix: 'say which tracks' });
    }
  }
}

function checkOneOf(
  entry: EntryOf<'withdraw' | 'discard'>,
  backups: readonly string[],
  snapshots: readonly string[],
  report: Report,
): void {
  const { backup, snapshot } = entry.fields;
  if ((backup === undefined) === (snapshot === undefined)) {
    report(entry.path, {
      what: `${entry.kind} of ${backup === undefined ? 'nothing' : 'two things'}`,
      limit: 'it acts on one backup or one snapshot',
      fix: 'name a backup or a snapshot',
    });
    return;
  }
  if (backup !== undefined)
    checkKnown(backup, backups, 'backup', [...entry.path, 'backup'], report);
  if (snapshot !== undefined) {
    checkKnown(snapshot, snapshots, 'snapshot', [...entry.path, 'snapshot'], report);
  }
}
