/**
 * A scenario in its complete form: every default filled in, every entry with its place in the file.
 *
 * @module
 */
import { InputError, type InputErrorCode } from '../../src/index.ts';
import type { Place, SourceDocument, ValuePath } from './document.ts';
import type { Span } from './field.ts';
import type { Moment, Recurrence } from './moment.ts';
import type { ScenarioForm } from './schema.ts';
import type { EntryFields } from './timeline-schema.ts';

/** When an entry happens; one without follows the entry before it. */
export type When =
  | { readonly kind: 'at'; readonly moments: readonly Moment[] }
  | {
      readonly kind: 'every';
      readonly recurrence: Recurrence;
      readonly from: Moment | undefined;
      readonly until: Moment | undefined;
      /** Devices that take turns in the place of the first. */
      readonly rotate: Span | undefined;
    };

/** Kinds of entry but `together`. */
export type InnerKind = keyof EntryFields;

/** One entry of the timeline with its place in the file. */
export type InnerEntry = {
  readonly [Kind in InnerKind]: {
    readonly kind: Kind;
    readonly fields: EntryFields[Kind];
    /** Path of the entry's fields, for places of single fields. */
    readonly path: ValuePath;
    readonly place: Place;
    readonly when: When | undefined;
  };
}[InnerKind];

/** An entry of one kind. */
export type EntryOf<Kind extends InnerKind> = Extract<InnerEntry, { kind: Kind }>;

/** Several entries that run interleaved. */
export interface TogetherEntry {
  readonly kind: 'together';
  readonly entries: readonly InnerEntry[];
  readonly path: ValuePath;
  readonly place: Place;
  readonly when: When | undefined;
}

/** An entry of the timeline. */
export type TimelineEntry = InnerEntry | TogetherEntry;

/** A scenario in its complete form. */
export interface Scenario extends Omit<ScenarioForm, 'timeline'> {
  readonly timeline: readonly TimelineEntry[];
  /** The file, for places. */
  readonly document: SourceDocument;
}

/** A problem of a document at the value of a path; of its form, unless `code` says else. */
export function problemAt(
  document: SourceDocument,
  path: ValuePath,
  text: {
    readonly code?: InputErrorCode;
    readonly what: string;
    readonly limit: string;
    readonly fix: string;
  },
): InputError {
  return new InputError(text.code ?? document.kind.fault, {
    ...text,
    place: { file: document.name, ...document.placeOf(path) },
  });
}
