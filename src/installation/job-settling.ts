/**
 * What hosts' records say about completion, brought up to date, and room for new copies in a subsystem
 * whose list of copies is full.
 *
 * @module
 */
import { inquireJob } from '../backup/backup-control.ts';
import type { DataProcessor } from '../host/data-processor.ts';
import type { MachineRoom } from './machine-room.ts';

/** Share of the subsystem's job slots from which room is made. */
const CROWDED = 0.75;

/** Asks about every copy whose data was on its way when its host looked last. */
export function settleJobs(room: MachineRoom): void {
  for (const job of room.records.all()) {
    const isOpen = job.state === 'done' && !job.physicallyComplete;
    if (!isOpen || job.copies.every(({ overwrittenBy }) => overwrittenBy !== undefined)) continue;
    // A copy that cannot be asked about any more stays as the record has it.
    inquireJob(room.processor(job.host), job);
  }
}

/**
 * A subsystem forgets copies that are final when it needs room, but only those whose host was told. So a
 * host that needs room asks about all that are its own.
 */
export function makeJobRoom(host: DataProcessor, subsystem: string): void {
  const capacity = host.exchange(subsystem, { kind: 'queryCapacity' });
  if (capacity.kind !== 'done' || capacity.value.kind !== 'capacity') return;
  const { jobCount, jobCountMax } = capacity.value;
  if (jobCount < jobCountMax * CROWDED) return;
  for (const { device } of host.devices()) inquireCopiesOf(host, subsystem, device);
}

function inquireCopiesOf(host: DataProcessor, subsystem: string, device: number): void {
  for (let from: number | undefined = 0; from !== undefined; ) {
    const answer = host.exchange(subsystem, { kind: 'queryDevice', device, from });
    if (answer.kind !== 'done' || answer.value.kind !== 'device') return;
    for (const { pollingToken } of answer.value.jobs) {
      if (pollingToken !== undefined)
        host.exchange(subsystem, { kind: 'statusInquiry', pollingToken });
    }
    from = answer.value.next;
  }
}
