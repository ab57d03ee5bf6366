/**
 * The bugs that are planted: each a slip of the kind that really happens.
 *
 * @module
 */
import { KEPT_STATE } from './planted-kept-state.ts';
import type { PlantedBug, Search, SourceChange } from './planted-source.ts';
import { DURABILITY } from './planted-store.ts';

const bug = (name: string, search: Search, ...changes: SourceChange[]): PlantedBug => ({
  name,
  search,
  changes,
});
const change = (file: string, find: string, replace: string): SourceChange => ({
  file,
  find,
  replace,
});
const model = (name: string, file: string, find: string, replace: string): PlantedBug =>
  bug(name, 'search-model.ts', change(file, find, replace));

const backEnd = (name: string, file: string, find: string, replace: string): PlantedBug =>
  bug(name, 'search-back-end.ts', change(file, find, replace));

/** Bugs in counts and pages. */
const MAPPING = [
  model(
    'wrong count on page copy',
    'mapping/directory-pages.ts',
    'if (entry >= RESERVED_ENTRY_COUNT) instances.retain(entry);',
    '',
  ),
  model(
    'children of a copied page not counted',
    'mapping/directory-pages.ts',
    'if (child !== 0) children.addParent(child);',
    '',
  ),
  model(
    'parents of a page not raised by a snapshot',
    'mapping/directory-range.ts',
    'if (subtree !== 0) directory.pages.arena(level).addParent(subtree);',
    '',
  ),
  model(
    'retained point not counted as a parent',
    'mapping/track-directory.ts',
    `    const tree = this.tree(device as DeviceIndex);
    if (tree.root !== 0) this.pages.arena(tree.levels).addParent(tree.root);
`,
    `    const tree = this.tree(device as DeviceIndex);
`,
  ),
  model(
    'off by one at the end of an extent',
    'mapping/directory-range.ts',
    'for (let at = 0; at < run; at += 1) {',
    'for (let at = 0; at < run - 1; at += 1) {',
  ),
  model(
    'whole page shared for an extent that ends one track before',
    'mapping/directory-range.ts',
    '(endsBothImages || left >= span)',
    '(endsBothImages || left >= span - 1)',
  ),
  model(
    'null kind lost by a snapshot',
    'mapping/directory-range.ts',
    'targetWords[targetBase + at] = entry;',
    'targetWords[targetBase + at] = entry < RESERVED_ENTRY_COUNT ? 0 : entry;',
  ),
  model(
    'shared page taken apart by the release queue',
    'mapping/release-queue.ts',
    `    if (arena.parents(page) > 1) {
      arena.dropParent(page);
      return;
    }
`,
    '',
  ),
  model(
    'instance freed, and its space used again, while one slot still holds it',
    'mapping/track-instances.ts',
    'if (count === 1) this.#free(id, page, base);',
    'if (count <= 2) this.#free(id, page, base);',
  ),
  model(
    'space of a freed instance not given back',
    'mapping/track-instances.ts',
    'this.#backEnd.giveBack(cylinder, place, (length >>> SECTORS_SHIFT) & SECTORS_MASK);',
    '',
  ),
  model(
    'difference overlooks the last track of a leaf',
    'mapping/difference.ts',
    'for (let at = 0; at < size; at += 1) {',
    'for (let at = 0; at < size - 1; at += 1) {',
  ),
];

/** Bugs in the rules of the copy and its background work. */
const COPY = [
  model(
    'stale conflict flag: a closed series is still watched',
    'copy/conflict-window.ts',
    'if (wasOpen) this.#unwatch(window, ordinal);',
    'if (wasOpen) continue;',
  ),
  model(
    'conflict window never closed',
    'copy/conflict-window.ts',
    'return window.executed.size === window.of;',
    'return false;',
  ),
  model(
    'conflict on the target side overlooked',
    'copy/conflict-window.ts',
    'if (window.goneDevices.has(device)) continue;',
    "if (kind === 'target' || window.goneDevices.has(device)) continue;",
  ),
  model(
    'written bit not set on a pending target',
    'copy/relation-table.ts',
    'this.progress(claim.relation).written.set(claim.offset + (track - claim.first));',
    '',
  ),
  model(
    'background copy looks again at the first track of a stretch only',
    'copy/background-copy.ts',
    'const entry = this.#directory.find(target, track + at);',
    'const entry = this.#directory.find(target, track);',
  ),
  model(
    'background copy takes tracks of shared pages for separate',
    'copy/background-copy.ts',
    '(!isPathShared && this.#instances.count(entry) === 1);',
    'this.#instances.count(entry) === 1;',
  ),
  model(
    'background copy keeps its hold on the shared instance',
    'copy/background-copy.ts',
    'this.#instances.release(entry);',
    '',
  ),
  model(
    'pending target overlaid without being asked to',
    'copy/snapshot-plan.ts',
    '(request.supersede === true ? undefined : refusePending(plan, devices, relations)) ??',
    '',
  ),
  model(
    'later copy does not take its tracks from the earlier one',
    'copy/target-claims.ts',
    'const taken = this.remove(device, claim.first, claim.end);',
    'const taken: Claim[] = [];',
  ),
  model(
    'overlap with a wide source overlooked',
    'copy/extent-overlap.ts',
    'if (reaches(widestSource, side.first)) return [widestSource, side];',
    '',
  ),
];

/** Bugs in the paths of the subsystem. */
const SUBSYSTEM = [
  model(
    'lost relocation',
    'subsystem/read-path.ts',
    'const shown = relocateTrack(stored, encodeCchh(address.cylinder, address.head));',
    'const shown = stored;',
  ),
  model(
    'overflow counts not relocated',
    'track/relocation.ts',
    'else if (mayOverflow && count === from + OVERFLOW) view.setUint32(at, cchh + OVERFLOW);',
    '',
  ),
  model(
    'null kind lost by a write',
    'subsystem/write-path.ts',
    'entryOfNullFormat(format)',
    'entryOfNullFormat(1)',
  ),
  model(
    'discard leaves the last track',
    'subsystem/housekeeping.ts',
    'ranges.clear(relation.target, first, end - first);',
    'ranges.clear(relation.target, first, end - first - 1);',
  ),
  model(
    'tracks that fall off a smaller image come back with it',
    'subsystem/device-definition.ts',
    'ranges.clear(index, trackCount, device.trackCount - trackCount);',
    '',
  ),
  bug(
    'checksum not verified',
    'search-damage.ts',
    change(
      'mapping/track-finder.ts',
      'return isRight ? { stored, compression, raw: stored } : undefined;',
      'return { stored, compression, raw: stored };',
    ),
    change(
      'media/stored-track.ts',
      'if (view.getUint32(BOUND) !== boundHigh || view.getUint32(BOUND + 4) !== boundLow) {',
      'if (boundHigh + boundLow < 0) {',
    ),
  ),
];

/** Bugs in the rules of tokens. */
const TOKENS = [
  bug(
    'token not consumed',
    'search-tokens.ts',
    change(
      'ecam/execute-target.ts',
      'for (const { token } of group) definitions.consume(token);',
      '',
    ),
    change(
      'ecam/responder-state.ts',
      'if (executedBy !== undefined) return consumed(executedBy);',
      '',
    ),
  ),
  bug(
    'token good for every path group',
    'search-tokens.ts',
    change(
      'ecam/responder-state.ts',
      `if (owner === undefined) return unknownToken(wanted);
  if (owner !== pathGroup) return securityReject(pathGroup);`,
      `if (owner === undefined) return unknownToken(wanted);`,
    ),
  ),
  bug(
    'token never expires',
    'search-tokens.ts',
    change('ecam/definitions.ts', 'return now >= definition.expiresAt;', 'return false;'),
  ),
  bug(
    'token expires one instant late',
    'search-tokens.ts',
    change('ecam/definitions.ts', 'now >= definition.expiresAt', 'now > definition.expiresAt'),
  ),
];

/** Bugs in drives, redundancy, collection and release. */
const BACK_END: readonly PlantedBug[] = [
  bug(
    'checksum not bound to the place',
    'search-damage.ts',
    change('media/stored-track.ts', 'view.getUint32(ID) !== identity.id ||', ''),
    change('media/stored-track.ts', 'view.getUint32(CYLINDER) !== identity.cylinder ||', ''),
    change('media/stored-track.ts', 'view.getUint32(PLACE) !== identity.place ||', ''),
    change('media/stored-track.ts', 'birth !== identity.birth ||', ''),
  ),
  backEnd(
    'wrong Q coefficient',
    'media/parity.ts',
    'pFactor: divide(generatorPower(y), determinant),',
    'pFactor: divide(generatorPower(x), determinant),',
  ),
  backEnd(
    'freed too early: quarantine ignored',
    'media/quarantine.ts',
    'if (this.#order.durable() >= ALWAYS_DURABLE) {',
    'if (this.#order.durable() >= 0) {',
  ),
  backEnd(
    'reserve leaked to hosts',
    'media/redundancy-group.ts',
    'this.#hostLimit = shape.capacitySectors - shape.reserveSectors;',
    'this.#hostLimit = shape.capacitySectors;',
  ),
  backEnd(
    'survivor lost when overwritten during the move',
    'reclaim/cylinder-evacuation.ts',
    'if (this.#liesHere(id)) return id;',
    'return id;',
  ),
  backEnd(
    'rebuild marks a cylinder done before its last member',
    'reclaim/rebuild.ts',
    `      rebuilt += 1;
`,
    `      rebuilt += 1;
      break;
`,
  ),
  backEnd(
    'missing bit not set by degraded destage',
    'media/group-member.ts',
    `    if (this.state === 'failed') {
      this.drive.missing.set(cylinder);
      return buffer;`,
    `    if (this.state === 'failed') {
      return buffer;`,
  ),
  backEnd(
    'cylinder freed while its destage is pending',
    'media/left-cylinders.ts',
    `      this.#leaveStorage(cylinder);
    }
    directories`,
    `    }
    directories`,
  ),
  backEnd(
    'label not written to a rebuilt member',
    'media/destage.ts',
    '    else this.#writeMember(group, cylinder, place, bytes);',
    '    else place.write(cylinder, bytes);',
  ),
  backEnd(
    'collection picks an open cylinder',
    'reclaim/victim-choice.ts',
    'if (cylinders.state(cylinder) !== CYLINDER_DESTAGED) return false;',
    'if (cylinders.live(cylinder) === 0) return false;',
  ),
  backEnd(
    'healed instance counted but not moved',
    'mapping/track-store.ts',
    `    if (found === undefined || !this.#backEnd.hasBytes) this.#instances.move(id);
    else this.#moveTo(id, found.stored, found.compression);
`,
    '',
  ),
  backEnd(
    'healed instance moved without its bytes',
    'mapping/track-store.ts',
    `    this.#instances.move(id);
    this.#stored.compute(stored);
    this.#write(id, stored, compression);
`,
    `    this.#instances.move(id);
`,
  ),
  backEnd(
    'undo restores tracks written since',
    'subsystem/release-hold.ts',
    'return this.written.count === 0 ? untouched : untouched.flatMap((one) => this.#without(one));',
    'return untouched;',
  ),
  backEnd(
    'release leaves background duty',
    'subsystem/deleted-space.ts',
    `    for (const one of changed) relations.noteWrites({ device, ...one, sequence });
    for (const { first, end } of runs)`,
    '    for (const { first, end } of runs)',
  ),
  backEnd(
    'scrub does not look at redundancy',
    'reclaim/cylinder-verification.ts',
    '(!this.#backEnd.hasBytes || this.#backEnd.repair.verifyParity(group, cylinder)) &&',
    'true &&',
  ),
  backEnd(
    'moved instance keeps its former place',
    'mapping/track-instances.ts',
    'this.#backEnd.moveOut(cylinder, place, (length >>> SECTORS_SHIFT) & SECTORS_MASK);',
    '',
  ),
  backEnd(
    'survivors leave their group',
    'mapping/track-store.ts',
    'return this.#backEnd.take(this.#instances.sectors(id), group, kind, right);',
    'return this.#backEnd.take(this.#instances.sectors(id), -1, kind, right);',
  ),
  backEnd(
    'storage of a freed cylinder not given back',
    'media/left-cylinders.ts',
    `      else this.#discard(cylinder);
      this.#leaveStorage(cylinder);
`,
    `      else this.#discard(cylinder);
      this.#parts.storage.remove(cylinder);
`,
  ),
  backEnd(
    'separation by group content with any instance of its own',
    'copy/background-copy.ts',
    '? placeGroup(this.#instances.place(entry)) === group',
    '? this.#instances.count(entry) === 1',
  ),
  backEnd(
    'lost track shown from a drive that misses it',
    'media/drive.ts',
    "if (this.state === 'failed' || this.missing.has(cylinder)) return true;",
    "if (this.state === 'failed') return true;",
  ),
];

/** All of them. */
export const PLANTED_BUGS: readonly PlantedBug[] = [
  ...MAPPING,
  ...COPY,
  ...SUBSYSTEM,
  ...TOKENS,
  ...BACK_END,
  ...KEPT_STATE,
  ...DURABILITY,
];
