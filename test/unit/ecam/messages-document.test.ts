/** docs/messages.md says what the code does: every field, every reason, every byte of its example. */
import { describe, expect, it } from 'vitest';
import { MESSAGE_BYTES_MAX } from '../../../src/base/limits.ts';
import { ANSWER_BYTES_MAX } from '../../../src/ecam/codec.ts';
import { toHexadecimal } from '../../../src/ecam/hexadecimal.ts';
import { ANSWER_FORMS, REQUEST_FORMS } from '../../../src/ecam/message-forms.ts';
import type { WireForm, WireRecord } from '../../../src/ecam/wire-form.ts';
import { projectText } from '../../support/tree.ts';
import { workedExchange } from '../../support/worked-exchange.ts';

const page = projectText('docs/messages.md');
const grouped = (value: number): string => value.toLocaleString('en-US');

/** A form as the page writes it. */
function describeForm(form: WireForm): string {
  switch (form.kind) {
    case 'whole':
      return form.most === Number.MAX_SAFE_INTEGER
        ? 'whole'
        : `whole ${grouped(form.least)} to ${grouped(form.most)}`;
    case 'choice':
      return `choice: ${form.of.map((word, at) => `${at} ${word}`).join(', ')}`;
    case 'text':
      return `text ${form.bytesMin} to ${form.bytesMax}`;
    case 'bytes':
      return `bytes ${form.count}`;
    case 'list':
      return `list of ${describeForm(form.of)}, ${grouped(form.countMin)} to ${grouped(form.countMax)}`;
    case 'optional':
      return `optional ${describeForm(form.of)}`;
    case 'record':
      return `record ${form.id}`;
    default:
      return form.kind;
  }
}

/** Field and form of each row of the table under a heading. */
function rowsUnder(heading: RegExp): readonly string[] {
  const start = page.search(heading);
  if (start < 0) return ['no such heading'];
  const body = page.slice(start).split('\n').slice(1);
  const end = body.findIndex((line) => line.startsWith('#'));
  return body
    .slice(0, end < 0 ? undefined : end)
    .filter((line) => /^\| \w+ \| .* \| .+ \|$/.test(line) && !line.startsWith('| field'))
    .map((line) => line.split(' | ').slice(0, 2).join(' | '));
}

const rowsOf = ({ fields }: WireRecord): readonly string[] =>
  Object.entries(fields).map(([name, form]) => `| ${name} | ${describeForm(form)}`);

/** Records inside of messages, by id. */
function innerRecords(): ReadonlyMap<number, WireRecord> {
  const found = new Map<number, WireRecord>();
  const visit = (form: WireForm, isTop: boolean): void => {
    if (form.kind === 'record') {
      if (!isTop) found.set(form.id, form);
      for (const field of Object.values(form.fields)) visit(field, false);
    } else if (form.kind === 'list' || form.kind === 'optional') visit(form.of, false);
  };
  for (const { form } of [...Object.values(REQUEST_FORMS), ...Object.values(ANSWER_FORMS)]) {
    visit(form, true);
  }
  return found;
}

describe('docs/messages.md', () => {
  it.each([...Object.entries(REQUEST_FORMS), ...Object.entries(ANSWER_FORMS)])(
    'describes %s field by field',
    (kind, { code, form }) => {
      const digits = code.toString(16).toUpperCase().padStart(2, '0');
      const heading = new RegExp(`^### .*\`${kind}\`, kind X'${digits}', record ${form.id}$`, 'm');
      expect(rowsUnder(heading)).toEqual(rowsOf(form));
    },
  );

  it('describes the records inside of messages', () => {
    const records = innerRecords();
    expect(records.size).toBe(12);
    for (const [id, form] of records) {
      expect(rowsUnder(new RegExp(`^### Record ${id}: `, 'm'))).toEqual(rowsOf(form));
    }
  });

  it('lists every reason code with its meaning, and no other', () => {
    const codes = [...projectText('src/base/refusal.ts').matchAll(/^ {2}\| '([A-Z_]+)'/gm)].map(
      (match) => match[1],
    );
    expect(codes.length).toBeGreaterThan(50);
    const listed = [...page.matchAll(/^\| ([A-Z_]{5,}) \| \S.+ \|$/gm)].map((match) => match[1]);
    expect(listed).toEqual(codes);
  });

  it('gives the limits in force', () => {
    expect(page).toContain(`at most ${grouped(MESSAGE_BYTES_MAX)} bytes`);
    expect(page).toContain(`at most ${grouped(ANSWER_BYTES_MAX)}`);
  });

  it('shows a whole exchange as it really happens', () => {
    const blocks = [...page.matchAll(/```hex\n([\s\S]*?)```/g)].map((match) =>
      // Digits stand to the left, words about them behind two spaces.
      (match[1] ?? '').replace(/ {2}.*$/gm, '').replace(/\s/g, ''),
    );
    const messages = workedExchange();
    expect(blocks).toHaveLength(messages.length);
    for (const [at, { bytes }] of messages.entries()) expect(blocks[at]).toBe(toHexadecimal(bytes));
  });
});
