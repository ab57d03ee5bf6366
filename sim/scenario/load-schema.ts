/**
 * The loads of a scenario: who asks how often for what, and where.
 *
 * @module
 */
import { z } from 'zod';
import {
  bytesField,
  durationField,
  listField,
  nameField,
  parseDeviceOrVolume,
  parsedField,
  positiveField,
  textField,
} from './field.ts';
import { parseRate, parseShare } from './method-choice.ts';
import { strictMap } from './strict-map.ts';

function rateField(description: string): ReturnType<typeof parsedField<number>> {
  return parsedField(parseRate, ['string'], description);
}

function shareField(description: string): ReturnType<typeof parsedField<number>> {
  return parsedField(parseShare, ['string'], description);
}

const load = strictMap({
  name: nameField('Name of the load; its requests are reported under it'),
  host: nameField('The host that asks; the first one when left out').optional(),
  volumes: listField(parseDeviceOrVolume, 'Volumes or devices that it uses, one or a list'),
  arrival: z
    .enum(['poisson', 'bursts', 'daily', 'closed', 'trace'])
    .default('poisson')
    .meta({ description: 'How requests come' }),
  rate: rateField('Requests a second on the mean: 200 /s').optional(),
  users: positiveField('Users of a closed load').optional(),
  think: durationField('Mean think time of a user').optional(),
  place: z
    .enum(['uniform', 'sequential', 'zipf', 'hotCold', 'oltp'])
    .default('uniform')
    .meta({ description: 'Where requests go' }),
  reads: shareField('Share of requests that read').default(0.7),
  size: bytesField('Bytes of a request; a whole track when left out').optional(),
  trace: textField('Trace file that is replayed, relative to the scenario file').optional(),
});

/** All loads of a scenario. */
export const LOADS = z.array(load).default([]).meta({ description: 'What hosts do all the time' });

/** What a load's part holds. */
export type LoadForm = z.output<typeof LOADS>[number];
