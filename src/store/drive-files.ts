/**
 * All drives of a stored subsystem, as files: where its bytes go, and what a commit has to do about them.
 *
 * A drive that takes the place of another one is made under a name of its own. Only when the commit of
 * the exchange is durable does it get the name of the place; recovery finishes what was not finished.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import type { DriveBytes, DriveSupply } from '../media/drive-bytes.ts';
import type { GroupShape } from '../media/group-shape.ts';
import { type DriveKeeper, FileDrive } from './file-drive.ts';
import { type Medium, MediumFault } from './medium.ts';
import type { DriveExchange } from './record-content.ts';
import type { DrivePlace } from './recovery-report.ts';
import { StagedData } from './staged-data.ts';
import { DRIVE_FOLDER, driveFile, isExchangeFile } from './store-layout.ts';

/** The drives of one store. */
export class DriveFiles implements DriveSupply, DriveKeeper {
  readonly keepsStorage = true;
  isReadOnly: boolean;
  readonly staged: StagedData;
  /** Told of every failure to write; tells what to throw. */
  onFailure: (error: unknown) => unknown = (error) => error;
  readonly #medium: Medium;
  readonly #shapes: readonly GroupShape[];
  readonly #drives = new Map<string, FileDrive>();
  #exchanged: DriveExchange[] = [];
  #exchangeCount = 0;
  /** Drives whose place another one has taken, until that is durable. */
  #former: FileDrive[] = [];

  /** @param isOnline - Whether the drive of a member takes what is written to it. */
  constructor(
    medium: Medium,
    shapes: readonly GroupShape[],
    mode: 'write' | 'read',
    isOnline: (group: number, member: number) => boolean,
  ) {
    this.#medium = medium;
    this.#shapes = shapes;
    this.isReadOnly = mode === 'read';
    this.staged = new StagedData(isOnline);
  }

  /** Makes the files of all drives, in a folder that is there. @throws MediumFault */
  makeAll(): void {
    for (const { group, member } of this.places()) {
      const drive = this.#driveOf(group, member);
      drive.make();
    }
    this.flush();
  }

  /** Exchanges since the last commit. */
  get exchanged(): readonly DriveExchange[] {
    return this.#exchanged;
  }

  *places(): Generator<DrivePlace> {
    for (const [group, { dataDrives, redundancyDrives }] of this.#shapes.entries()) {
      for (let member = 0; member < dataDrives + redundancyDrives; member += 1) {
        yield { group, member };
      }
    }
  }

  open(group: number, member: number): DriveBytes {
    return this.#driveOf(group, member);
  }

  exchange(group: number, member: number): DriveBytes {
    const number = this.#exchangeCount + 1;
    const drive = this.#make(group, driveFile(group, member, number));
    if (!this.isReadOnly) {
      try {
        drive.make();
      } catch (error) {
        throw this.onFailure(error);
      }
    }
    this.#exchangeCount = number;
    this.#exchanged.push({ group, member, number });
    this.#former.push(this.#driveOf(group, member));
    this.#drives.set(placeKey(group, member), drive);
    this.staged.requireFlush();
    return drive;
  }

  destaging(
    group: number,
    cylinder: number,
    stamp: number,
    buffers: readonly (Uint8Array | undefined)[],
  ): void {
    if (!this.isReadOnly) this.staged.destage({ group, cylinder, stamp }, buffers);
  }

  rewriting(): void {
    this.staged.requireFlush();
  }

  dropped(group: number, cylinder: number, stamp: number): void {
    this.staged.drop({ group, cylinder, stamp });
  }

  exchangeBuffer(buffer: Uint8Array): Uint8Array | undefined {
    return this.staged.exchange(buffer);
  }

  writeFailed(error: unknown): unknown {
    return this.onFailure(error);
  }

  /** Makes everything that was written to drives durable. @throws MediumFault */
  flush(): void {
    const drives = [...this.#drives.values()];
    for (const drive of drives) drive.flush();
    if (drives.some(({ isNew }) => isNew)) this.flushNames();
  }

  /** What an earlier process wrote may not be durable: all drives are flushed the next time. */
  distrust(): void {
    for (const drive of this.#drives.values()) drive.isDirty = true;
  }

  /** The commit is durable: drives get their places. @throws MediumFault */
  settle(): void {
    this.staged.settle();
    if (this.#exchanged.length === 0) return;
    for (const { group, member, number } of this.#exchanged) {
      this.#finishExchange(group, member, number);
    }
    this.#exchanged = [];
    for (const drive of this.#former) drive.close();
    this.#former = [];
  }

  /** The names that drives got are durable. @throws MediumFault */
  flushNames(): void {
    this.#medium.flushFolder(DRIVE_FOLDER);
    for (const drive of this.#drives.values()) drive.isNew = false;
  }

  /**
   * Brings the files in order after the last exchanges that were durable.
   *
   * @param exchanged - All that the journal tells of, in order.
   */
  recover(exchanged: readonly DriveExchange[]): void {
    const last = new Map<string, DriveExchange>();
    for (const exchange of exchanged) last.set(placeKey(exchange.group, exchange.member), exchange);
    const files = new Set(this.#medium.list(DRIVE_FOLDER));
    for (const { group, member, number } of last.values()) {
      const name = driveFile(group, member, number);
      if (!files.delete(baseName(name))) continue;
      if (!this.isReadOnly) this.#medium.rename(name, driveFile(group, member));
      else this.#readExchanged(group, member, name);
    }
    this.#exchangeCount = Math.max(0, ...exchanged.map(({ number }) => number));
    if (this.isReadOnly) return;
    for (const name of files) {
      if (isExchangeFile(name)) this.#medium.remove(`${DRIVE_FOLDER}/${name}`);
    }
  }

  /**
   * Drives whose files are not there, not as long as they should be, or cannot be opened.
   *
   * @throws MediumFault when the system does not let us: that is no fault of the drive.
   */
  missing(): readonly DrivePlace[] {
    return [...this.places()].filter(({ group, member }) => {
      try {
        return !this.#driveOf(group, member).probe();
      } catch (error) {
        if (error instanceof MediumFault && error.fault !== 'denied') return true;
        throw error;
      }
    });
  }

  /** Lets go of all files. They may be somebody else's from now on: what is written stays in memory. */
  close(): void {
    this.isReadOnly = true;
    for (const drive of [...this.#drives.values(), ...this.#former]) drive.close();
  }

  #finishExchange(group: number, member: number, number: number): void {
    if (this.isReadOnly) return;
    const from = driveFile(group, member, number);
    const drive = this.#driveOf(group, member);
    // Only the last of several exchanges of a place is there to stay.
    if (drive.name !== from) {
      this.#medium.remove(from);
      return;
    }
    const to = driveFile(group, member);
    this.#medium.rename(from, to);
    drive.rename(to);
  }

  /** The drive is on its way to its place, and whoever writes to the store may bring it there now. */
  #readExchanged(group: number, member: number, name: string): void {
    const drive = this.#driveOf(group, member);
    drive.rename(name);
    if (!drive.probe()) drive.rename(driveFile(group, member));
  }

  #driveOf(group: number, member: number): FileDrive {
    const known = this.#drives.get(placeKey(group, member));
    if (known !== undefined) return known;
    const drive = this.#make(group, driveFile(group, member));
    this.#drives.set(placeKey(group, member), drive);
    return drive;
  }

  #make(group: number, name: string): FileDrive {
    const shape = this.#shapes[group];
    invariant(shape !== undefined, 'drive-of-a-group', String(group));
    return new FileDrive(this.#medium, name, shape, this);
  }
}

function placeKey(group: number, member: number): string {
  return `${group}/${member}`;
}

function baseName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
