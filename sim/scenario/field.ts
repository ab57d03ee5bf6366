/**
 * The kinds of scalar that a scenario's fields hold, each a zod schema from source text to value.
 *
 * A scenario is read with every scalar as the text that stands in the file (`document.ts`), so that
 * 0E80 stays a device number and 000001 a serial; numbers and switches are therefore parsed here. The
 * `written` mark tells the JSON Schema how the field looks to a YAML editor, which types scalars.
 *
 * @module
 */
import { z } from 'zod';
import { type Parsed, parseBytes, parseCount, parseDuration } from './quantity.ts';

/** Marks how a field is written, for {@link file://./schema.ts}'s JSON Schema. */
interface FieldMark {
  readonly written: readonly ('string' | 'integer' | 'number' | 'boolean')[];
}

/** A span of numbers, both ends included: `0A82-0A8F`, `100-199`. A single number is its own span. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

/** A device or a volume: `0A81`, `BACK01`, or `volume 0A81` for a serial that looks like a number. */
export type DeviceOrVolume =
  | { readonly kind: 'device'; readonly number: number }
  | { readonly kind: 'volume'; readonly volser: string };

const TEXT = ['string'] as const;
const NUMBER_LIKE = ['string', 'integer', 'number'] as const;

/** Parses text by `parse` and reports its fault, with the fix, as the issue's message. */
export function parsedField<Value>(
  parse: (text: string) => Parsed<Value>,
  written: FieldMark['written'],
  description: string,
): z.ZodPipe<z.ZodString, z.ZodTransform<Value, string>> {
  return z
    .string()
    .transform((text, context): Value => {
      const result = parse(text);
      if (result.kind === 'value') return result.value;
      context.addIssue({ code: 'custom', message: result.what, params: { fix: result.fix } });
      return z.NEVER;
    })
    .meta({ description, written });
}

/** Free text. */
export function textField(description: string): z.ZodString {
  return z.string().min(1).meta({ description, written: TEXT });
}

/** A name by which later entries speak of something. */
export function nameField(description: string): ReturnType<typeof parsedField<string>> {
  return parsedField(parseName, TEXT, description);
}

/** A size with its unit, in bytes. */
export function bytesField(description: string): ReturnType<typeof parsedField<number>> {
  return parsedField(parseBytes, TEXT, description);
}

/** A duration with its unit, in nanoseconds. */
export function durationField(description: string): ReturnType<typeof parsedField<number>> {
  return parsedField(parseDuration, TEXT, description);
}

/** A whole number from 0 up. */
export function countField(description: string): ReturnType<typeof parsedField<number>> {
  return parsedField(parseCount, ['integer', 'string'], description);
}

/** A whole number from 1 up. */
export function positiveField(description: string): ReturnType<typeof parsedField<number>> {
  return parsedField(parsePositive, ['integer', 'string'], description);
}

/** A device number or a range of them. */
export function deviceSpanField(description: string): ReturnType<typeof parsedField<Span>> {
  return parsedField(parseDeviceSpan, NUMBER_LIKE, description);
}

/** The name of a data set. */
export function dataSetField(description: string): ReturnType<typeof parsedField<string>> {
  return parsedField(parseDataSetName, TEXT, description);
}

/** A device number. */
export function deviceField(description: string): ReturnType<typeof parsedField<number>> {
  return parsedField(parseDevice, NUMBER_LIKE, description);
}

/** A span of tracks or cylinders. */
export function spanField(description: string): ReturnType<typeof parsedField<Span>> {
  return parsedField(parseSpan, NUMBER_LIKE, description);
}

/** A volume serial. */
export function volserField(description: string): ReturnType<typeof parsedField<string>> {
  return parsedField(parseVolser, NUMBER_LIKE, description);
}

/** A device number or a volume serial. */
export function deviceOrVolumeField(
  description: string,
): ReturnType<typeof parsedField<DeviceOrVolume>> {
  return parsedField(parseDeviceOrVolume, NUMBER_LIKE, description);
}

/** One or several of the same, always a list afterwards. */
export function listField<Value>(
  parse: (text: string) => Parsed<Value>,
  description: string,
): z.ZodType<readonly Value[], string | string[]> {
  return z
    .union([z.string().meta({ written: NUMBER_LIKE }), z.array(z.string()).min(1)])
    .transform((written, context): readonly Value[] => {
      const values: Value[] = [];
      const texts = typeof written === 'string' ? [written] : written;
      for (const [at, text] of texts.entries()) {
        const result = parse(text);
        if (result.kind === 'value') values.push(result.value);
        else {
          context.addIssue({
            code: 'custom',
            message: result.what,
            params: { fix: result.fix },
            path: typeof written === 'string' ? [] : [at],
          });
        }
      }
      return values;
    })
    .meta({ description });
}

/** `true` or `false`. */
export function switchField(
  description: string,
): z.ZodPipe<
  z.ZodEnum<{ true: 'true'; false: 'false' }>,
  z.ZodTransform<boolean, 'true' | 'false'>
> {
  return z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .meta({ description, written: ['boolean'] });
}

/** A name: a letter, then letters, digits, `_` or `-`. No dots: they separate the parts of a value. */
export function parseName(text: string): Parsed<string> {
  if (/^[A-Za-z][A-Za-z0-9_-]{0,62}$/.test(text)) return { kind: 'value', value: text };
  return fault(`'${text}' is no name`, 'start with a letter; use letters, digits, - and _');
}

/** A volume serial: one to six letters, digits or national characters. */
export function parseVolser(text: string): Parsed<string> {
  if (/^[A-Z0-9@#$-]{1,6}$/.test(text)) return { kind: 'value', value: text };
  const fix = /^[a-z0-9@#$-]{1,6}$/i.test(text)
    ? `write it in capitals: ${text.toUpperCase()}`
    : 'use one to six of A-Z, 0-9, @, #, $ and -';
  return fault(`'${text}' is no volume serial`, fix);
}

/** A data set name: up to 44 capitals, digits, national characters, dots and hyphens. */
export function parseDataSetName(text: string): Parsed<string> {
  if (/^[A-Z0-9@#$.-]{1,44}$/.test(text)) return { kind: 'value', value: text };
  return fault(
    `'${text}' is no data set name`,
    'write it in capitals, such as PROD.PAYROLL.MASTER',
  );
}

/** A device number, four hexadecimal digits, or a serial; `volume 0A81` for a serial of that look. */
export function parseDeviceOrVolume(text: string): Parsed<DeviceOrVolume> {
  const marked = /^(volume|device)\s+(\S+)$/.exec(text);
  if (marked?.[1] !== 'volume') {
    const digits = marked?.[2] ?? text;
    if (/^[0-9A-Fa-f]{4}$/.test(digits)) {
      return { kind: 'value', value: { kind: 'device', number: Number.parseInt(digits, 16) } };
    }
    if (marked !== null) {
      return fault(
        `'${digits}' is no device number`,
        'write four hexadecimal digits, such as 0A80',
      );
    }
  }
  const volser = parseVolser(marked?.[2] ?? text);
  if (volser.kind === 'fault') return volser;
  return { kind: 'value', value: { kind: 'volume', volser: volser.value } };
}

function parseDevice(text: string): Parsed<number> {
  const span = parseDeviceSpan(text);
  if (span.kind === 'fault') return span;
  if (span.value.first === span.value.last) return { kind: 'value', value: span.value.first };
  return fault(`${text} is a range of devices`, 'write one device number, such as 0A80');
}

/** A device number or a range of them. */
export function parseDeviceSpan(text: string): Parsed<Span> {
  const fix = 'write four hexadecimal digits, such as 0A80, or a range, such as 0A82-0A8F';
  const parts = /^([0-9A-Fa-f]{4})(?:-([0-9A-Fa-f]{4}))?$/.exec(text);
  if (parts === null) return fault(`'${text}' is no device number`, fix);
  const first = Number.parseInt(parts[1] ?? '', 16);
  const last = parts[2] === undefined ? first : Number.parseInt(parts[2], 16);
  if (last < first) return fault(`the range ${text} ends before it starts`, fix);
  return { kind: 'value', value: { first, last } };
}

function parseSpan(text: string): Parsed<Span> {
  const parts = /^([\d_]+)(?:-([\d_]+))?$/.exec(text);
  const first = parseCount(parts?.[1] ?? '');
  const last = parseCount(parts?.[2] ?? parts?.[1] ?? '');
  if (parts === null || first.kind === 'fault' || last.kind === 'fault') {
    return fault(`'${text}' is no span`, 'write a number or a span, such as 100-199');
  }
  if (last.value < first.value) {
    return fault(`the span ${text} ends before it starts`, 'write the smaller number first');
  }
  return { kind: 'value', value: { first: first.value, last: last.value } };
}

function parsePositive(text: string): Parsed<number> {
  const count = parseCount(text);
  if (count.kind === 'value' && count.value === 0) return fault('0 is too few', 'write 1 or more');
  return count;
}

function fault(what: string, fix: string): { kind: 'fault'; what: string; fix: string } {
  return { kind: 'fault', what, fix };
}
