/**
 * Recount: every parent of every page and every slot of every instance, found again from the roots.
 *
 * Compares what it finds with the kept counts and reports each difference. Reads everything, changes
 * nothing; needs four bytes a page and an instance while it runs.
 *
 * @module
 */
import type { PagedRecords } from '../base/paged-records.ts';
import { RESERVED_ENTRY_COUNT } from '../track/null-track.ts';
import type { DirectoryPages } from './directory-pages.ts';
import type { Subtree } from './release-queue.ts';
import type { TrackInstances } from './track-instances.ts';

/** A count that is wrong. */
interface CountFault {
  readonly invariant: 'page-parents' | 'instance-slots' | 'free-numbers';
  readonly detail: string;
}

/** What a recount found and how much it looked at. */
export interface RecountReport {
  readonly faults: readonly CountFault[];
  readonly pages: number;
  readonly slots: number;
  readonly instances: number;
}

/** Differences reported in full; the rest is only counted, so that a broken run stays readable. */
const FAULT_DETAILS_MAX = 20;

/**
 * Counts from the roots.
 *
 * @param roots - Every holder's subtree once per holder: devices, retained points, the queue.
 */
export function recount(
  pages: DirectoryPages,
  instances: TrackInstances,
  roots: Iterable<Subtree>,
): RecountReport {
  const walk = new RecountWalk(pages, instances);
  for (const root of roots) walk.count(root.level, root.page);
  return walk.compare();
}

class RecountWalk {
  readonly #pages: DirectoryPages;
  readonly #instances: TrackInstances;
  readonly #leafParents: Uint32Array;
  readonly #interiorParents: Uint32Array;
  readonly #slotCounts: Uint32Array;
  readonly #faults: CountFault[] = [];
  #faultCount = 0;
  #pageCount = 0;
  #slotCount = 0;

  constructor(pages: DirectoryPages, instances: TrackInstances) {
    this.#pages = pages;
    this.#instances = instances;
    this.#leafParents = new Uint32Array(pages.leaves.highestPage + 1);
    this.#interiorParents = new Uint32Array(pages.interiors.highestPage + 1);
    this.#slotCounts = new Uint32Array(instances.highestId + 1);
  }

  /** One more holder of a page; its content counts the first time. */
  count(level: number, page: number): void {
    if (page === 0) return;
    const parents = level === 0 ? this.#leafParents : this.#interiorParents;
    if (page >= parents.length) {
      this.#fault('page-parents', `level ${level} names page ${page}, which never was used`);
      return;
    }
    parents[page] = (parents[page] as number) + 1;
    if (parents[page] !== 1) return;
    this.#pageCount += 1;
    if (level === 0) this.#countEntries(page);
    else this.#countChildren(level, page);
  }

  compare(): RecountReport {
    this.#compareParents('leaf', this.#leafParents, (page) => this.#pages.leaves.parents(page));
    this.#compareParents('interior', this.#interiorParents, (page) =>
      this.#pages.interiors.parents(page),
    );
    let live = 0;
    for (let id = RESERVED_ENTRY_COUNT; id < this.#slotCounts.length; id += 1) {
      const found = this.#slotCounts[id] as number;
      const kept = this.#instances.count(id);
      if (found > 0) live += 1;
      if (found !== kept) {
        this.#fault('instance-slots', `instance ${id} is held by ${found} slots, kept ${kept}`);
      }
    }
    if (live !== this.#instances.liveCount) {
      this.#fault('instance-slots', `${live} are live, kept ${this.#instances.liveCount}`);
    }
    this.#compareFree('instance', this.#instances.records, (id) => this.#instances.count(id));
    const { leaves, interiors } = this.#pages;
    this.#compareFree('leaf', leaves.records, (page) => leaves.parents(page));
    this.#compareFree('interior page', interiors.records, (page) => interiors.parents(page));
    if (this.#faultCount > FAULT_DETAILS_MAX) {
      const rest = this.#faultCount - FAULT_DETAILS_MAX;
      this.#faults.push({ invariant: 'page-parents', detail: `and ${rest} more wrong counts` });
    }
    return {
      faults: this.#faults,
      pages: this.#pageCount,
      slots: this.#slotCount,
      instances: live,
    };
  }

  #countEntries(page: number): void {
    const { leaves, leafBits } = this.#pages;
    const words = leaves.words(page);
    const base = leaves.base(page);
    for (let at = base; at < base + (1 << leafBits); at += 1) {
      const entry = words[at] as number;
      if (entry < RESERVED_ENTRY_COUNT) continue;
      this.#slotCount += 1;
      if (entry >= this.#slotCounts.length) {
        this.#fault('instance-slots', `leaf ${page} names instance ${entry}, never made`);
      } else {
        this.#slotCounts[entry] = (this.#slotCounts[entry] as number) + 1;
      }
    }
  }

  #countChildren(level: number, page: number): void {
    const { interiors, interiorBits } = this.#pages;
    const words = interiors.words(page);
    const base = interiors.base(page);
    for (let at = base; at < base + (1 << interiorBits); at += 1) {
      this.count(level - 1, words[at] as number);
    }
  }

  #compareParents(kind: string, found: Uint32Array, kept: (page: number) => number): void {
    for (let page = 1; page < found.length; page += 1) {
      if (found[page] === kept(page)) continue;
      const detail = `${kind} page ${page} has ${found[page]} parents, kept ${kept(page)}`;
      this.#fault('page-parents', detail);
    }
  }

  /** Every number ever handed out is in use or in the free list, once, and a free one has no holder. */
  #compareFree(kind: string, records: PagedRecords, holders: (record: number) => number): void {
    const everUsed = records.highest - records.lowest + 1;
    let freeCount = 0;
    for (const record of records.freeRecords()) {
      freeCount += 1;
      if (freeCount > everUsed) break;
      if (holders(record) !== 0) this.#fault('free-numbers', `${kind} ${record} is free and held`);
    }
    if (freeCount + records.usedCount !== everUsed) {
      const found = `${freeCount} free and ${records.usedCount} used`;
      this.#fault('free-numbers', `${kind}: ${found} of ${everUsed} numbers`);
    }
  }

  #fault(name: CountFault['invariant'], detail: string): void {
    this.#faultCount += 1;
    if (this.#faultCount <= FAULT_DETAILS_MAX) this.#faults.push({ invariant: name, detail });
  }
}
