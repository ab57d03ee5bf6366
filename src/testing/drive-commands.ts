/**
 * Commands that damage drives and mend them: beside the commands of the copy (`moreCommands`), for
 * engines with drives that may fail.
 *
 * Most damage keeps within the redundancy of its group, so that every track must read exactly. A rare
 * command lets a group go past it; then tracks may be lost, until they are written again and everything
 * was found whole. How damage is accounted for stands in `damage-record.ts`.
 *
 * @module
 */
import fc from 'fast-check';
import type { CopyCommand, WeightedCommand } from './copy-command.ts';
import type { WrittenContent } from './copy-engine.ts';
import type { MemberPlace } from './damage-record.ts';
import type { DamageKind, DamageOrder, EngineDrives } from './engine-drives.ts';
import { mismatch } from './model-mismatch.ts';
import type { ModelSession } from './model-session.ts';
import { pick, pickOf } from './track-picks.ts';

/** Most cylinders that one command collects in a group. */
const COLLECT_MAX = 4;
/** Bytes written to a lost track. */
const REWRITTEN_BYTES = 8;

const memberPicks = { group: pick, member: pick };
const damagePicks = fc.record({
  ...memberPicks,
  aim: fc.constantFrom<DamageOrder['aim'][]>(
    'own',
    'own',
    'own',
    'row',
    'row',
    'anywhere',
    'label',
  ),
  at: pick,
  sectors: pick,
  kind: fc.constantFrom<DamageKind[]>('unreadable', 'torn', 'misdirected', 'flipped'),
});

/** All of them. `pastWeight` is how often a group goes past its redundancy: 0 for never. */
export function driveCommands(pastWeight = 1): readonly WeightedCommand[] {
  const commands = [
    { weight: 5, arbitrary: failCommand() },
    { weight: 3, arbitrary: bringBackCommand() },
    { weight: 8, arbitrary: damageCommand() },
    { weight: 4, arbitrary: mendCommand() },
    { weight: 2, arbitrary: scrubCommand() },
    { weight: 6, arbitrary: destageCommand() },
    { weight: 6, arbitrary: collectCommand() },
  ];
  return pastWeight > 0
    ? [...commands, { weight: pastWeight, arbitrary: pastCommand() }]
    : commands;
}

function failCommand(): fc.Arbitrary<CopyCommand> {
  return fc.record(memberPicks).map(({ group, member }) =>
    onDrives('fail a drive', (session, drives) => {
      const place = session.damage.choose(group, member, false);
      return place && fail(session, drives, place);
    }),
  );
}

function bringBackCommand(): fc.Arbitrary<CopyCommand> {
  const picks = fc.record({ which: pick, how: fc.constantFrom('return', 'replace') });
  return picks.map(({ which, how }) =>
    onDrives(`${how} a drive`, (session, drives) => {
      const place = pickOf(session.damage.out, which);
      return place && bringBack(session, drives, place, how);
    }),
  );
}

function damageCommand(): fc.Arbitrary<CopyCommand> {
  return damagePicks.map((picks) =>
    onDrives('damage sectors', (session, drives) => {
      const place = session.damage.choose(picks.group, picks.member, false);
      return place && damage(session, drives, picks, place);
    }),
  );
}

/** More members of a group than it has redundancy for: by failing, or by silent damage to one row. */
function pastCommand(): fc.Arbitrary<CopyCommand> {
  const picks = fc.record({ group: pick, fails: fc.boolean(), damage: damagePicks });
  return picks.map(({ group, fails, damage: order }) =>
    onDrives('go past the redundancy', (session, drives) => {
      const at = group % drives.groups.length;
      const { redundancy = 0, members = 1 } = drives.groups[at] ?? {};
      const told: (string | undefined)[] = [];
      for (let more = 0; more <= redundancy; more += 1) {
        const place = { group: at, member: (order.member + more) % members };
        // The same track for each member: damage that nothing makes up for.
        const aimed = { ...order, aim: 'row' as const };
        told.push(fails ? fail(session, drives, place) : damage(session, drives, aimed, place));
      }
      const done = told.filter((text) => text !== undefined);
      return done.length === 0 ? undefined : done.join(', ');
    }),
  );
}

/** The end of a phase: drives come back, everything is rebuilt and verified, what is lost is written. */
function mendCommand(): fc.Arbitrary<CopyCommand> {
  const picks = fc.record({ how: fc.constantFrom('return', 'replace') });
  return picks.map(({ how }) => ({
    check: () => true,
    run: (session) => {
      const { drives } = session.engine;
      if (drives === undefined || session.damage.isWhole) return;
      session.act(`mend everything: ${how} drives, rebuild, scrub`, () => {
        for (const place of session.damage.out) bringBack(session, drives, place, how);
        return verify(session, drives);
      });
      if (session.damage.isPast) {
        rewriteLost(session);
        session.act('verify that nothing is lost', () => verify(session, drives));
      }
      session.act('end a phase of damage', () => {
        const verified = verify(session, drives);
        const { tracks, points } = session.losses();
        // Shown where it can be neither written nor given up, for instance by a copy under way.
        if (tracks.length + points.length > 0) return undefined;
        if (verified !== 'whole') {
          if (session.damage.isPast && session.twin.hasHiddenPoints) return undefined;
          mismatch(`drives stay damaged with everything mended: ${verified}`);
        }
        const lost = drives.lostTracks().length;
        if (lost > 0) mismatch(`${lost} tracks that nobody shows are lost with everything mended`);
        const { everFound } = drives.faults();
        const { isFailuresOnly, foundBefore } = session.damage;
        if (isFailuresOnly && everFound > foundBefore) {
          mismatch(`${everFound - foundBefore} faults found where drives had only failed`);
        }
        session.damage.endPhase(everFound);
        return 'whole';
      });
    },
    toString: () => 'mend',
  }));
}

function scrubCommand(): fc.Arbitrary<CopyCommand> {
  return fc.constant(
    onDrives('ask for a scrub', (_session, drives) => {
      drives.requestScrub();
      return 'under way';
    }),
  );
}

function destageCommand(): fc.Arbitrary<CopyCommand> {
  return fc.constantFrom<('waiting' | 'everything')[]>('waiting', 'everything').map((what) =>
    onDrives(`destage ${what}`, (_session, drives) => {
      drives.destage(what);
      return 'done';
    }),
  );
}

function collectCommand(): fc.Arbitrary<CopyCommand> {
  return fc.integer({ min: 1, max: COLLECT_MAX }).map((cylinders) =>
    onDrives(`collect ${cylinders} cylinders`, (_session, drives) => {
      drives.collect(cylinders);
      return 'done';
    }),
  );
}

function onDrives(
  name: string,
  action: (session: ModelSession, drives: EngineDrives) => string | undefined,
): CopyCommand {
  return {
    check: () => true,
    run: (session) => {
      const { drives } = session.engine;
      if (drives !== undefined) session.act(name, () => action(session, drives));
    },
    toString: () => name,
  };
}

/** @returns What came of it; nothing when the drive has failed already. */
function fail(session: ModelSession, drives: EngineDrives, place: MemberPlace): string | undefined {
  const { group, member } = place;
  const failed = drives.fail(group, member);
  if (failed === undefined) return undefined;
  const hasSpare = failed === 'spareTakesOver';
  session.damage.noteFailure(place, hasSpare);
  return `member ${member} of group ${group} fails${hasSpare ? ', a spare takes over' : ''}`;
}

function bringBack(
  session: ModelSession,
  drives: EngineDrives,
  place: MemberPlace,
  how: 'return' | 'replace',
): string {
  const { group, member } = place;
  const brought = drives.bringBack(group, member, how);
  if (brought === undefined) {
    mismatch(`member ${member} of group ${group} failed, but is not out`);
  }
  session.damage.noteReturn(place, how === 'replace', brought === 'spare');
  return `member ${member} of group ${group}`;
}

/** @returns What came of it; nothing when there was nothing to damage. */
function damage(
  session: ModelSession,
  drives: EngineDrives,
  order: DamageOrder,
  place: MemberPlace,
): string | undefined {
  const { group } = place;
  let where = drives.damage({ ...order, ...place });
  if (where === undefined) {
    // Nothing of the group has come to the drives yet.
    drives.destage('everything');
    where = drives.damage({ ...order, ...place });
  }
  if (where === undefined) return undefined;
  session.damage.noteDamage(place);
  return `${order.kind} member ${place.member} of group ${group} ${where}`;
}

/** Rebuilds and scrubs to the end, twice. @returns `whole` when the second time found nothing. */
function verify(session: ModelSession, drives: EngineDrives): string {
  let found = -1;
  for (let pass = 0; pass < 2; pass += 1) {
    found = drives.faults().everFound;
    drives.requestScrub();
    session.drain();
  }
  const { now, everFound } = drives.faults();
  return now === 0 && everFound === found ? 'whole' : `${now} faults, ${everFound - found} found`;
}

/** Nobody holds a lost track any more: it is written again, or given up. */
function rewriteLost(session: ModelSession): void {
  // What is held cannot be read; it may be lost, too.
  for (const hold of session.twin.holds()) session.perform({ kind: 'forget', hold });
  const { tracks, points } = session.losses();
  for (const point of points) session.perform({ kind: 'release', point });
  const readOnly = session.twin.devices().filter(({ isReadOnly }) => isReadOnly === true);
  for (const { name } of readOnly) session.perform({ kind: 'remove', device: name });
  for (const { device, first } of tracks) {
    if (session.twin.device(device) === undefined) continue;
    session.perform({ kind: 'write', device, first, contents: [rewritten(session)] });
  }
}

/** A null track, which needs no space, where the engine has them. */
function rewritten({ engine }: ModelSession): WrittenContent {
  if (engine.keepsNullTracks === true) return { kind: 'null', format: 1 };
  return { kind: 'bytes', bytes: new Uint8Array(REWRITTEN_BYTES) };
}
