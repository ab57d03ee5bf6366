/**
 * The whole-state check: walks everything and compares it with what is kept. Changes nothing.
 *
 * | invariant | what is compared |
 * | --- | --- |
 * | page-parents, instance-slots | counts, found again from devices, points and the release queue |
 * | free-numbers | free instances and pages are held by nobody, and every number is free or used |
 * | no-overlap | places of live instances |
 * | cylinder-accounts | live, dead, unwritten of each cylinder and their sums; nonvolatile storage; what drives miss |
 * | cylinder-lists | the lists of instances written into each cylinder name all that live there |
 * | image-bounds | nothing is mapped behind the end of an image |
 * | relation-sane | bitmaps, duty and claims of relations |
 * | content-intact | checksums of stored tracks, bound to their places |
 * | parity-consistent | redundancy of every destaged cylinder that holds a live track |
 *
 * Damage that was done to drives on purpose is none of these: whether it can be repaired is a question
 * for reads.
 *
 * @module
 */
import { recount } from '../mapping/recount.ts';
import type { Subtree } from '../mapping/release-queue.ts';
import { placeGroup, placeMember, placeSector } from '../media/logical-cylinder.ts';
import { RESERVED_ENTRY_COUNT } from '../track/null-track.ts';
import type { CheckReport, CheckViolation, ReportViolation } from './capacity-report.ts';
import type { SubsystemParts } from './parts.ts';
import { checkSpace } from './space-check.ts';

/** Walks the whole state. Never throws; a state that is broken is reported. */
export function checkSubsystem(parts: SubsystemParts): CheckReport {
  const violations: CheckViolation[] = [];
  const report = (invariant: string, detail: string): void => {
    violations.push({ invariant, detail });
  };
  const counts = recount(parts.pages, parts.instances, heldTrees(parts));
  for (const fault of counts.faults) report(fault.invariant, fault.detail);
  const cylinders = checkSpace(parts, report);
  checkImageBounds(parts, report);
  checkRelations(parts, report);
  const checksums = checkContent(parts, report);
  const parities = checkParity(parts, report);
  return {
    violations,
    looked: {
      devices: parts.devices.size,
      pages: counts.pages,
      slots: counts.slots,
      instances: counts.instances,
      cylinders,
      relations: parts.relations.size,
      checksums,
      parities,
    },
  };
}

function* heldTrees(parts: SubsystemParts): Generator<Subtree> {
  for (const { index } of parts.devices.values()) {
    const { root, levels } = parts.directory.tree(index);
    yield { page: root, level: levels };
  }
  for (const { tree } of parts.points.values()) yield { page: tree.root, level: tree.levels };
  yield* parts.queue.held();
}

function checkImageBounds(parts: SubsystemParts, report: ReportViolation): void {
  for (const device of parts.devices.values()) {
    const { directory, pages } = parts;
    const end = pages.span(parts.devices.levels[device.index] as number);
    for (let track = device.trackCount; track < end; ) {
      const empty = directory.emptySpan(device.index, track);
      if (empty > 0) {
        track += empty;
      } else if (directory.find(device.index, track) === 0) {
        track += 1;
      } else {
        report('image-bounds', `device ${device.index} maps track ${track} behind its image`);
        break;
      }
    }
  }
}

function checkRelations(parts: SubsystemParts, report: ReportViolation): void {
  const { relations, devices } = parts;
  for (const relation of relations.values()) {
    const { written, copied, duty, claimedTracks, tracksTotal } = relations.progress(relation.id);
    const name = `relation ${relation.id}`;
    if (written.recount() !== written.count || copied.recount() !== copied.count) {
      report('relation-sane', `${name}: bitmap counts differ from their bits`);
    }
    if (copied.count > 0 && relation.background === 'none') {
      report('relation-sane', `${name}: tracks copied without background duty`);
    }
    if (duty.total > 0 !== (relation.phase === 'copying')) {
      report('relation-sane', `${name}: ${duty.total} tracks of duty in state ${relation.phase}`);
    }
    const claimed = relations
      .claimsOf(relation)
      .reduce((sum, claim) => sum + claim.end - claim.first, 0);
    if (claimed !== claimedTracks || duty.total > claimed || claimed > tracksTotal) {
      const detail = `${claimed} claimed, ${claimedTracks} kept, ${duty.total} duty`;
      report('relation-sane', `${name}: ${detail} of ${tracksTotal}`);
    }
    if (claimed > 0 && devices.get(relation.target) === undefined) {
      report('relation-sane', `${name}: claims tracks of a device that is gone`);
    }
  }
}

/** @returns Checksums compared. */
function checkContent(parts: SubsystemParts, report: ReportViolation): number {
  const { instances, store } = parts;
  let compared = 0;
  for (let id = RESERVED_ENTRY_COUNT; id <= instances.highestId; id += 1) {
    if (instances.count(id) === 0 || !instances.hasBytes(id) || isExcused(parts, id)) continue;
    compared += 1;
    // Looking may have found that the medium cannot read it.
    if (!store.isIntact(id) && !isExcused(parts, id)) {
      report('content-intact', `instance ${id} does not match its checksum`);
    }
  }
  return compared;
}

/**
 * Whether the sectors of an instance are known to be bad, were damaged on purpose, or are nowhere: that
 * is told elsewhere.
 */
function isExcused({ backEnd, instances }: SubsystemParts, id: number): boolean {
  const place = instances.place(id);
  const group = backEnd.groups[placeGroup(place)];
  const member = group?.members[placeMember(place)];
  const cylinder = instances.cylinder(id);
  if (group === undefined || member === undefined) return true;
  if (cylinder >= group.cylinders.openedCount) return true;
  if (!group.isDestaged(cylinder)) return false;
  const range = [cylinder, placeSector(place), instances.sectors(id)] as const;
  return member.isErased(...range) || member.drive.isHarmed(...range);
}

/** @returns Cylinders whose redundancy was compared. */
function checkParity({ backEnd }: SubsystemParts, report: ReportViolation): number {
  let compared = 0;
  if (!backEnd.hasBytes) return compared;
  for (const group of backEnd.groups) {
    const { cylinderSectors } = group.shape;
    for (const cylinder of group.destagedCylinders()) {
      if (group.members.some(({ drive }) => drive.isHarmed(cylinder, 0, cylinderSectors))) continue;
      const empty = group.members.find(
        ({ number, drive }) =>
          !group.isErased(cylinder, number, 0, 1) && drive.read(cylinder, 0, 1) === undefined,
      );
      if (empty !== undefined) {
        const detail = `cylinder ${cylinder} of group ${group.number} was never written to member`;
        report('parity-consistent', `${detail} ${empty.number}`);
        continue;
      }
      compared += 1;
      if (!backEnd.repair.verifyParity(group, cylinder)) {
        const detail = `redundancy of cylinder ${cylinder} of group ${group.number} is not its data's`;
        report('parity-consistent', detail);
      }
      for (const { number } of group.members) {
        if (group.isErased(cylinder, number, 0, 1)) continue;
        if (group.destage.hasLabel(group, cylinder, number)) continue;
        if (group.isErased(cylinder, number, 0, 1)) continue;
        report('parity-consistent', `cylinder ${cylinder} of member ${number} has no right label`);
      }
    }
  }
  return compared;
}
