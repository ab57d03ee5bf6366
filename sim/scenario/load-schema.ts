/**
 * The loads of a scenario: who asks how often for what, and where.
 *
 * @module
 */
import { z } from 'zod';
import { OPERATION_NAMES } from '../load/request-batch.ts';
import { FULL_TRACK_BYTES } from '../load/track-mapper.ts';
import {
  durationField,
  listField,
  nameField,
  parseDeviceOrVolume,
  parsedField,
  positiveField,
  textField,
} from './field.ts';
import { parseRate, parseShare } from './method-choice.ts';
import { type Parsed, parseBytes } from './quantity.ts';
import { strictMap } from './strict-map.ts';

/** Sizes of requests, in bytes, with how often each comes beside the others; 0 is a whole track. */
export type RequestSizes = readonly { readonly bytes: number; readonly weight: number }[];

/** `4 KiB`, `track`, or several with weights: `4 KiB x 3, track x 1`. */
function parseSizes(text: string): Parsed<RequestSizes> {
  const sizes: { bytes: number; weight: number }[] = [];
  for (const part of text.split(',')) {
    const [, size = '', weight = '1'] =
      /^(.*?)(?:\s+x\s+(\d+(?:\.\d+)?))?$/.exec(part.trim()) ?? [];
    if (size === 'track') {
      sizes.push({ bytes: 0, weight: Number(weight) });
      continue;
    }
    const bytes = parseBytes(size);
    if (bytes.kind === 'fault') return bytes;
    if (bytes.value < 1 || bytes.value > FULL_TRACK_BYTES) {
      const fix = `write 1 to ${FULL_TRACK_BYTES} bytes, or track`;
      return { kind: 'fault', what: `'${size}' is no part of a track`, fix };
    }
    sizes.push({ bytes: bytes.value, weight: Number(weight) });
  }
  return { kind: 'value', value: sizes };
}

function parseNumber(text: string): Parsed<number> {
  if (/^\d+(\.\d+)?$/.test(text)) return { kind: 'value', value: Number(text) };
  return { kind: 'fault', what: `'${text}' is no number`, fix: 'write a number such as 0.9' };
}

function rateField(description: string): ReturnType<typeof parsedField<number>> {
  return parsedField(parseRate, ['string'], description);
}

function shareField(description: string): ReturnType<typeof parsedField<number>> {
  return parsedField(parseShare, ['string'], description);
}

function numberField(description: string): ReturnType<typeof parsedField<number>> {
  return parsedField(parseNumber, ['number', 'string'], description);
}

const load = strictMap({
  name: nameField('Name of the load; its requests are reported under it'),
  host: nameField('The host that asks; the first one when left out').optional(),
  volumes: listField(parseDeviceOrVolume, 'Volumes or devices that it uses, one or a list'),
  arrival: z
    .enum(['poisson', 'even', 'bursts', 'daily', 'window', 'closed', 'trace'])
    .default('poisson')
    .meta({ description: 'How requests come' }),
  rate: rateField('Requests a second on the mean of an open load: 200 /s').optional(),
  peak: numberField('bursts: how many times denser than the mean').default(5),
  burst: durationField('bursts: mean length of a burst').default(10_000_000_000),
  hours: z
    .array(numberField('Weight of an hour'))
    .length(24)
    .optional()
    .meta({ description: 'daily: weights of the hours of the day; a working day when left out' }),
  between: parsedField(
    parseWindow,
    ['string'],
    'window: the part of the day, such as 22:00-05:30',
  ).optional(),
  users: positiveField('closed: users, each with one request under way or thinking').optional(),
  think: durationField('closed: mean think time').optional(),
  place: z
    .enum(['uniform', 'sequential', 'zipf', 'hotCold', 'oltp'])
    .default('uniform')
    .meta({ description: 'Where requests go' }),
  streams: positiveField('sequential: streams that each go on where they are').default(1),
  theta: numberField('zipf and oltp: exponent of popularity').default(0.9),
  hotTracks: shareField('hotCold: share of the tracks that is hot').default(0.2),
  hotRequests: shareField('hotCold: share of the requests that goes there').default(0.8),
  logWrites: shareField('oltp: share of all requests that write the log').default(0.05),
  reads: shareField('Share of requests that read').default(0.7),
  size: parsedField(
    parseSizes,
    ['string'],
    'Bytes of a request: 4 KiB, track, or several with weights: 4 KiB x 3, track x 1',
  ).default([{ bytes: 4_096, weight: 1 }]),
  trace: strictMap({
    file: textField('Trace file, relative to the scenario file'),
    format: textField('Its format; guessed when left out').optional(),
    timeScale: numberField('Times are multiplied by this: 0.5 is twice as fast').default(1),
    from: durationField('Requests of the trace from here on').optional(),
    until: durationField('Requests of the trace before this').optional(),
  })
    .optional()
    .meta({
      description: `trace: requests of a file; ${OPERATION_NAMES.slice(2).join(' and ')} take no time`,
    }),
});

/** A part of the day, in seconds; it may go over midnight. */
export interface DayWindow {
  readonly from: number;
  readonly to: number;
}

function parseWindow(text: string): Parsed<DayWindow> {
  const parts = /^(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})$/.exec(text);
  const [fromHour, fromMinute, toHour, toMinute] = (parts?.slice(1) ?? []).map(Number);
  const from = (fromHour ?? 24) * 3_600 + (fromMinute ?? 0) * 60;
  const to = (toHour ?? 25) * 3_600 + (toMinute ?? 0) * 60;
  const isTime = from < 86_400 && to <= 86_400 && (fromMinute ?? 0) < 60 && (toMinute ?? 0) < 60;
  if (isTime && from !== to) return { kind: 'value', value: { from, to } };
  return { kind: 'fault', what: `'${text}' is no part of a day`, fix: 'write 22:00-05:30' };
}

/** All loads of a scenario. */
export const LOADS = z.array(load).default([]).meta({ description: 'What hosts do all the time' });

/** What a load's part holds. */
export type LoadForm = z.output<typeof LOADS>[number];
