/**
 * What a scenario must mean where it speaks of the back end: groups that can be, drives that are
 * there, releases and points that were given names before.
 *
 * What the model itself refuses (a capacity too small for its groups, say) is not repeated here.
 *
 * @module
 */
import type { ValuePath } from './document.ts';
import { checkKnown, type Report } from './meaning-report.ts';
import type { InnerEntry, Scenario } from './scenario.ts';
import type { DeviceForm, SubsystemForm } from './schema.ts';
import { suggest } from './suggestion.ts';

/** Members of a group and cylinders of a drive are kept in so many bits. */
const MEMBERS_MAX = 255;
const REDUNDANCY_MAX = 2;
/** A group when a scenario names none. */
const GROUP_DEFAULT = Object.freeze({ dataDrives: 13, redundancyDrives: 2 });

/** Names that earlier entries have given to releases and points. */
export interface BackEndNames {
  readonly releases: ReadonlySet<string>;
  readonly points: ReadonlySet<string>;
}

/** Checks the back end of a subsystem. */
export function checkBackEnd(subsystem: SubsystemForm, path: ValuePath, report: Report): void {
  for (const [at, group] of (subsystem.groups ?? []).entries()) {
    const place = [...path, 'groups', at];
    if (group.redundancyDrives > REDUNDANCY_MAX) {
      report([...place, 'redundancyDrives'], {
        what: `${group.redundancyDrives} redundancy drives`,
        limit: 'a group has 0, 1 or 2',
        fix: 'write 2 for the most that can be lost',
      });
    }
    if (group.dataDrives + group.redundancyDrives > MEMBERS_MAX) {
      report([...place, 'dataDrives'], {
        what: `${group.dataDrives} data drives`,
        limit: `a group has at most ${MEMBERS_MAX} drives in all`,
        fix: 'make several groups',
      });
    }
    if (typeof group.compression === 'object' && subsystem.content === 'bytes') {
      report([...place, 'compression'], {
        what: 'a modelled compression ratio for real tracks',
        limit: 'the length of real tracks is what compression makes of them',
        fix: 'write zstd, or use content: signature',
      });
    }
    if (group.compression === 'zstd' && subsystem.content === 'signature') {
      report([...place, 'compression'], {
        what: 'zstd for signatures',
        limit: 'a signature has no bytes to compress',
        fix: 'write a modelled ratio, such as ratio 3.6',
      });
    }
  }
  checkThresholds(subsystem, path, report);
}

function checkThresholds(subsystem: SubsystemForm, path: ValuePath, report: Report): void {
  const { thresholds } = subsystem;
  if (thresholds === undefined) return;
  const { warn, alert, critical } = thresholds;
  if (warn < alert && alert < critical && critical <= 100) return;
  report([...path, 'thresholds'], {
    what: `thresholds of ${warn}, ${alert} and ${critical} percent`,
    limit: 'each is above the one before, and none above 100',
    fix: 'write them in order, such as 75, 90 and 95',
  });
}

/** Checks what a device says about its place and its past. */
export function checkDeviceSpace(
  device: DeviceForm,
  owner: SubsystemForm,
  path: ValuePath,
  report: Report,
): void {
  const groups = owner.groups?.length ?? 1;
  if (device.homeGroup !== undefined && device.homeGroup >= groups) {
    report([...path, 'homeGroup'], {
      what: `redundancy group ${device.homeGroup}`,
      limit: `${owner.name} has groups 0 to ${groups - 1}`,
      fix: groups === 1 ? 'add groups, or leave homeGroup out' : 'name one of them',
    });
  }
  const { retention } = device;
  if (retention !== undefined && retention.every === undefined && !retention.everyWrites) {
    report([...path, 'retention'], {
      what: 'a retention rule without an interval',
      limit: 'points are made after writes or after time',
      fix: 'add everyWrites or every',
    });
  }
}

/** Checks an entry about drives, space or points; says whether it was one. */
export function checkBackEndEntry(
  entry: InnerEntry,
  scenario: Scenario,
  names: BackEndNames,
  report: Report,
): void {
  switch (entry.kind) {
    case 'failDrive':
    case 'returnDrive':
    case 'replaceDrive': {
      const owner = checkOwner(entry, scenario, report);
      if (owner !== undefined) checkDrive(entry, owner, report);
      return;
    }
    case 'corrupt':
      checkCorrupt(entry, scenario, report);
      return;
    case 'scrub':
    case 'collect': {
      const owner = checkOwner(entry, scenario, report);
      if (entry.kind === 'collect' && owner !== undefined && entry.fields.group !== undefined) {
        checkGroup(entry.fields.group, owner, [...entry.path, 'group'], report);
      }
      return;
    }
    case 'destage':
    case 'report':
      checkNamedSubsystem(entry, scenario, report);
      return;
    case 'scratch':
    case 'restoreDataSet':
    case 'release':
      checkHost(entry, scenario, report);
      return;
    case 'undoRelease':
      checkKnown(
        entry.fields.release,
        [...names.releases],
        'release',
        [...entry.path, 'release'],
        report,
      );
      return;
    case 'dropPoint':
      checkKnown(entry.fields.point, [...names.points], 'point', [...entry.path, 'point'], report);
      return;
    case 'openAt':
      checkOpenAt(entry, scenario, names, report);
      return;
    default:
      return;
  }
}

type OwnedEntry = Extract<
  InnerEntry,
  { kind: 'failDrive' | 'returnDrive' | 'replaceDrive' | 'corrupt' | 'scrub' | 'collect' }
>;

/** The subsystem that an entry is about: the one it names, or the only one. */
function checkOwner(
  entry: OwnedEntry,
  scenario: Scenario,
  report: Report,
): SubsystemForm | undefined {
  const { subsystem } = entry.fields;
  const known = scenario.subsystems.map((one) => one.name);
  if (subsystem !== undefined) {
    checkKnown(subsystem, known, 'subsystem', [...entry.path, 'subsystem'], report);
    return scenario.subsystems.find((one) => one.name === subsystem);
  }
  if (known.length === 1) return scenario.subsystems[0];
  report(entry.path, {
    what: `${entry.kind} without subsystem`,
    limit: 'drives and cylinders are those of one subsystem',
    fix: suggest('', known),
  });
  return undefined;
}

function checkNamedSubsystem(
  entry: Extract<InnerEntry, { kind: 'destage' | 'report' }>,
  scenario: Scenario,
  report: Report,
): void {
  const { subsystem } = entry.fields;
  if (subsystem === undefined) return;
  const known = scenario.subsystems.map((one) => one.name);
  checkKnown(subsystem, known, 'subsystem', [...entry.path, 'subsystem'], report);
}

function checkHost(
  entry: Extract<InnerEntry, { kind: 'scratch' | 'restoreDataSet' | 'release' }>,
  scenario: Scenario,
  report: Report,
): void {
  const known = scenario.hosts.map((one) => one.name);
  checkKnown(entry.fields.host, known, 'host', [...entry.path, 'host'], report);
  if (entry.kind !== 'release') return;
  if (entry.fields.volume.includes('all') && entry.fields.volume.length > 1) {
    report([...entry.path, 'volume'], {
      what: 'all and single volumes',
      limit: 'all are those that the host has online',
      fix: 'leave the others out',
    });
  }
  if (entry.fields.as !== undefined && entry.fields.hold === undefined) {
    report([...entry.path, 'as'], {
      what: 'a name for a release without hold',
      limit: 'a name is for undoing, and nothing is kept to undo it',
      fix: 'add hold, or leave as out',
    });
  }
  if (!entry.fields.dryRun) return;
  for (const key of ['hold', 'as'] as const) {
    if (entry.fields[key] === undefined) continue;
    report([...entry.path, key], {
      what: `${key} of a dry run`,
      limit: 'a dry run releases nothing that could be undone',
      fix: 'leave one of them out',
    });
  }
}

function checkGroup(group: number, owner: SubsystemForm, path: ValuePath, report: Report): void {
  const count = owner.groups?.length ?? 1;
  if (group < count) return;
  report(path, {
    what: `redundancy group ${group}`,
    limit: `${owner.name} has groups 0 to ${count - 1}`,
    fix: 'name one of them',
  });
}

function checkDrive(
  entry: Extract<InnerEntry, { kind: 'failDrive' | 'returnDrive' | 'replaceDrive' }>,
  owner: SubsystemForm,
  report: Report,
): void {
  const { group, member } = entry.fields;
  checkGroup(group, owner, [...entry.path, 'group'], report);
  const { dataDrives, redundancyDrives } = owner.groups?.[group] ?? GROUP_DEFAULT;
  if (member < dataDrives + redundancyDrives) return;
  report([...entry.path, 'member'], {
    what: `member ${member} of group ${group}`,
    limit: `the group has members 0 to ${dataDrives + redundancyDrives - 1}`,
    fix: 'name one of them',
  });
}

const PLACE_KEYS = ['group', 'member', 'cylinder', 'sector'] as const;

/** Damage is named by a track, or by a place on a drive: by all of it. */
function checkCorrupt(
  entry: Extract<InnerEntry, { kind: 'corrupt' }>,
  scenario: Scenario,
  report: Report,
): void {
  checkOwner(entry, scenario, report);
  const { fields } = entry;
  const missing = PLACE_KEYS.filter((key) => fields[key] === undefined);
  const isTrack = fields.volume !== undefined && fields.track !== undefined;
  const isPart = (fields.volume !== undefined) !== (fields.track !== undefined);
  const isPlace = missing.length === 0;
  if (!isPart && isTrack !== isPlace && (isTrack ? missing.length === 4 : true)) return;
  report(entry.path, {
    what: isTrack ? 'damage at a track and at a place' : 'damage at no whole place',
    limit: 'it is at volume and track, or at group, member, cylinder and sector',
    fix: 'name one of the two',
  });
}

function checkOpenAt(
  entry: Extract<InnerEntry, { kind: 'openAt' }>,
  scenario: Scenario,
  names: BackEndNames,
  report: Report,
): void {
  const { ago, point, sequence, host } = entry.fields;
  const given = [ago, point, sequence].filter((one) => one !== undefined).length;
  if (given !== 1) {
    report(entry.path, {
      what: given === 0 ? 'openAt without a time' : 'openAt of several times',
      limit: 'it opens one point: ago, point or sequence',
      fix: 'say one of them',
    });
  }
  if (point !== undefined) {
    checkKnown(point, [...names.points], 'point', [...entry.path, 'point'], report);
  }
  if (host !== undefined) {
    const known = scenario.hosts.map((one) => one.name);
    checkKnown(host, known, 'host', [...entry.path, 'host'], report);
  }
}
