/**
 * The form of every message: record ids, fields in order, limits. Changing anything here changes
 * the protocol and its version; docs/messages.md repeats it for people, and a test compares the two.
 *
 * @module
 */
import {
  CYLINDER_COUNT_MAX,
  EXTENTS_PER_DEFINITION_MAX,
  GROUP_COUNT_MAX,
  HEAD_COUNT_MAX,
  JOB_COUNT_MAX,
  TOKENS_PER_EXECUTION_MAX,
} from '../base/limits.ts';
import type { EcamAnswer, EcamRequest } from './messages.ts';
import { TOKEN_BYTES } from './token.ts';
import {
  bytes,
  choice,
  flag,
  hundredths,
  instant,
  list,
  optional,
  record,
  text,
  type WireRecord,
  whole,
} from './wire-form.ts';

/** Tracks of the largest device. */
const TRACK_COUNT_MAX = CYLINDER_COUNT_MAX * HEAD_COUNT_MAX;
/** Data sets of one definition. */
const DATA_SETS_MAX = 65_535;
/** Characters of a text of a refusal. */
export const REFUSAL_TEXT_MAX = 400;

const deviceNumber = whole(0xffff);
const track = whole(TRACK_COUNT_MAX - 1);
const trackCount = whole(TRACK_COUNT_MAX);
const trackCountFrom1 = whole(TRACK_COUNT_MAX, 1);
const token = bytes(TOKEN_BYTES);
const volser = text(1, 6);
const label = text(0, 64);
const jobState = choice(
  'shared',
  'copying',
  'complete',
  'partial',
  'withdrawn',
  'superseded',
  'discarded',
  'forgotten',
);

const sourcePlace = record(0, { device: deviceNumber, volser: optional(volser) });
const targetPlace = record(1, { device: deviceNumber });
const extent = record(2, {
  sourceFirst: track,
  targetFirst: track,
  trackCount: trackCountFrom1,
});
const series = record(3, {
  id: text(1, 32),
  ordinal: whole(EXTENTS_PER_DEFINITION_MAX, 1),
  of: whole(EXTENTS_PER_DEFINITION_MAX, 1),
});
const trackStretch = record(4, { first: track, count: trackCountFrom1 });
const dataSet = record(5, { name: text(1, 44), extents: list(trackStretch, 0, 65_535) });
const conflict = record(6, {
  device: deviceNumber,
  track,
  side: choice('source', 'target'),
});
const statusDetail = record(7, {
  shared: whole(),
  separatedByBackground: whole(),
  separatedBySourceWrite: whole(),
  separatedByTargetWrite: whole(),
  empty: whole(),
});
const statusSeries = record(8, {
  id: text(1, 32),
  ordinal: whole(EXTENTS_PER_DEFINITION_MAX, 1),
  of: whole(EXTENTS_PER_DEFINITION_MAX, 1),
  executed: whole(EXTENTS_PER_DEFINITION_MAX),
});
const deviceJob = record(9, {
  role: choice('source', 'target', 'both'),
  source: deviceNumber,
  target: deviceNumber,
  volser: optional(volser),
  label,
  state: jobState,
  sequence: whole(),
  executedAt: instant,
  tracks: whole(),
  wholeDevice: flag,
  pollingToken: optional(token),
  dataSets: list(dataSet, 0, DATA_SETS_MAX),
});

const threshold = choice('normal', 'warn', 'alert', 'critical');
const deviceSpace = record(10, {
  mapped: whole(),
  unique: whole(),
  shared: whole(),
  rawBytes: whole(),
  storedBytes: whole(),
  uniqueBytes: whole(),
});
const groupSpace = record(11, {
  group: whole(GROUP_COUNT_MAX - 1),
  capacityBytes: whole(),
  liveBytes: whole(),
  deadBytes: whole(),
  freeCylinders: whole(),
  threshold,
  redundancy: choice('full', 'exposed', 'degraded', 'beyond'),
});

/** A message: the kind byte of its frame and its form. */
export interface MessageForm {
  /** Requests count from 1; the answer of a request has X'80' added; refused is X'FF'. */
  readonly code: number;
  readonly form: WireRecord;
}

/** Every request. Record ids 16 up. */
export const REQUEST_FORMS: Readonly<Record<EcamRequest['kind'], MessageForm>> = Object.freeze({
  sourceDefinition: {
    code: 0x01,
    form: record(16, {
      source: sourcePlace,
      target: targetPlace,
      extents: list(extent, 0, EXTENTS_PER_DEFINITION_MAX),
      wholeDevice: flag,
      series: optional(series),
      dataSets: list(dataSet, 0, DATA_SETS_MAX),
      copy: choice('none', 'background'),
      separation: choice('instance', 'redundancyGroup'),
      supersede: flag,
      label,
    }),
  },
  targetExecution: {
    code: 0x02,
    form: record(17, { tokens: list(token, 1, TOKENS_PER_EXECUTION_MAX) }),
  },
  statusInquiry: {
    code: 0x03,
    form: record(18, { pollingToken: token, detail: optional(flag) }),
  },
  withdraw: { code: 0x04, form: record(19, { pollingToken: token, discard: optional(flag) }) },
  queryDevice: {
    code: 0x05,
    form: record(20, {
      device: deviceNumber,
      from: optional(whole(JOB_COUNT_MAX)),
      space: optional(flag),
    }),
  },
  queryCapacity: { code: 0x06, form: record(21, {}) },
  releaseSpace: {
    code: 0x07,
    form: record(22, {
      request: text(1, 44),
      device: deviceNumber,
      ranges: list(trackStretch, 1, EXTENTS_PER_DEFINITION_MAX),
      hold: optional(whole(Number.MAX_SAFE_INTEGER, 1)),
      dryRun: optional(flag),
    }),
  },
  undoRelease: { code: 0x08, form: record(23, { undoToken: token }) },
});

/** Every answer. Record ids 24 up, and down from 15. */
export const ANSWER_FORMS: Readonly<Record<EcamAnswer['kind'], MessageForm>> = Object.freeze({
  sourceAccepted: { code: 0x81, form: record(24, { token, expiresAt: instant }) },
  executed: {
    code: 0x82,
    form: record(25, {
      pollingToken: token,
      sequence: whole(),
      logicallyComplete: flag,
      tracks: whole(),
    }),
  },
  status: {
    code: 0x83,
    form: record(26, {
      state: jobState,
      waitsForSpace: flag,
      logicallyComplete: flag,
      physicallyComplete: flag,
      tracksTotal: whole(),
      tracksCopied: whole(),
      tracksRemaining: whole(),
      tracksFailed: whole(),
      targetWrites: whole(),
      relations: whole(),
      series: optional(statusSeries),
      conflict: optional(conflict),
      detail: optional(statusDetail),
    }),
  },
  withdrawn: { code: 0x84, form: record(27, { withdrawn: whole() }) },
  device: {
    code: 0x85,
    form: record(28, {
      device: deviceNumber,
      model: text(1, 32),
      generation: whole(),
      cylinders: whole(CYLINDER_COUNT_MAX),
      headCount: whole(HEAD_COUNT_MAX, 1),
      trackCount,
      trackCapacity: trackCount,
      homeGroup: optional(whole(GROUP_COUNT_MAX - 1)),
      readOnly: flag,
      reservedToOther: flag,
      jobs: list(deviceJob, 0, JOB_COUNT_MAX),
      next: optional(whole(JOB_COUNT_MAX)),
      space: optional(deviceSpace),
    }),
  },
  capacity: {
    code: 0x86,
    form: record(29, {
      subsystem: text(0, 64),
      capacityBytes: whole(),
      physicalBytes: whole(),
      liveBytes: whole(),
      deadBytes: whole(),
      unwrittenBytes: whole(),
      reserveBytes: whole(),
      freeCylinders: whole(),
      netCapacityLoadPercent: hundredths,
      grossCapacityLoadPercent: hundredths,
      threshold,
      warnPercent: hundredths,
      alertPercent: hundredths,
      criticalPercent: hundredths,
      trend: choice('notEnoughSamples', 'notGrowing', 'growing'),
      fullAt: optional(instant),
      groups: list(groupSpace, 1, GROUP_COUNT_MAX),
      hostSelectable: flag,
      deviceCount: whole(),
      deviceCountMax: whole(),
      jobCount: whole(),
      jobCountMax: whole(),
    }),
  },
  spaceReleased: {
    code: 0x87,
    form: record(31, {
      tracks: whole(),
      bytes: whole(),
      sharedTracks: whole(),
      nullTracks: whole(),
      sequence: whole(),
      undoToken: optional(token),
      expiresAt: optional(instant),
    }),
  },
  releaseUndone: {
    code: 0x88,
    form: record(15, {
      tracks: whole(),
      changedTracks: whole(),
      changed: list(trackStretch, 0, EXTENTS_PER_DEFINITION_MAX),
      sequence: whole(),
    }),
  },
  refused: {
    code: 0xff,
    form: record(30, {
      code: text(1, 40),
      what: text(0, REFUSAL_TEXT_MAX),
      limit: text(0, REFUSAL_TEXT_MAX),
      fix: text(0, REFUSAL_TEXT_MAX),
      pollingToken: optional(token),
    }),
  },
});

/** Fields of every record by record id: what the MessagePack library shares. */
export const SHARED_STRUCTURES: readonly (readonly string[])[] = sharedStructures();

function sharedStructures(): string[][] {
  const structures: string[][] = [];
  const visit = (form: WireRecord['fields'][string]): void => {
    if (form.kind === 'record') {
      structures[form.id] = Object.keys(form.fields);
      for (const field of Object.values(form.fields)) visit(field);
    } else if (form.kind === 'list' || form.kind === 'optional') visit(form.of);
  };
  for (const { form } of Object.values(REQUEST_FORMS)) visit(form);
  for (const { form } of Object.values(ANSWER_FORMS)) visit(form);
  return structures;
}
