/**
 * Readable made-up content for sample volumes: COBOL sources, payroll records, log lines. The same
 * random stream always gives the same text.
 *
 * @module
 */
import type { Random } from '../base/ports.ts';

const VERBS = ['MOVE', 'ADD', 'PERFORM', 'WRITE', 'READ', 'COMPUTE'] as const;
const FIELDS = [
  'GROSS-PAY',
  'NET-PAY',
  'TAX-CODE',
  'HOURS',
  'OVERTIME',
  'DEDUCTION',
  'YTD',
] as const;
const FIRST_NAMES = ['ADA', 'GRACE', 'ALAN', 'EDSGER', 'BARBARA', 'KEN', 'RADIA', 'GENE'] as const;
const LAST_NAMES = ['HOPPER', 'TURING', 'LISKOV', 'AMDAHL', 'PERLMAN', 'BACKUS', 'BROOKS'] as const;
const JOBS = ['PAYDAY', 'NIGHTLY', 'ARCHIVE', 'REORG', 'REPORT1'] as const;
const EVENTS = [
  'STARTED',
  'ENDED RC=0000',
  'ENDED RC=0004',
  'WAITING FOR TAPE',
  'RESUMED',
] as const;

/** One of a list. */
function pick(random: Random, from: readonly string[]): string {
  return from[random.below(from.length)] ?? '';
}

/** Lines of a COBOL program of that name, at most 72 columns. */
export function* programLines(name: string, lineCount: number, random: Random): Iterable<string> {
  yield '       IDENTIFICATION DIVISION.';
  yield `       PROGRAM-ID. ${name}.`;
  yield '       PROCEDURE DIVISION.';
  yield '       MAIN-LINE.';
  for (let at = 4; at < lineCount - 1; at += 1) {
    if (at % 12 === 0) yield `       ${pick(random, VERBS)}-PARAGRAPH-${at}.`;
    else {
      const [verb, field] = [pick(random, VERBS), pick(random, FIELDS)];
      yield `           ${verb} ${field} TO WS-${pick(random, FIELDS)}-${random.below(90) + 10}.`;
    }
  }
  yield '           GOBACK.';
}

/** A payroll record of 120 characters: number, name, rate, hours. */
export function payrollRecord(number: number, random: Random): string {
  const name = `${pick(random, LAST_NAMES)}, ${pick(random, FIRST_NAMES)}`;
  const rate = String(1500 + random.below(4500)).padStart(6, '0');
  const hours = String(random.below(60)).padStart(3, '0');
  return `${String(number).padStart(8, '0')}${name.padEnd(30)}${rate}${hours}`.padEnd(120);
}

/** A log line of changing length. */
export function logLine(second: number, random: Random): string {
  const time = [second / 3600, (second / 60) % 60, second % 60]
    .map((part) => String(Math.floor(part)).padStart(2, '0'))
    .join('.');
  const detail = 'I/O '.repeat(random.below(12)).trim();
  return `${time} ${pick(random, JOBS)} ${pick(random, EVENTS)} ${detail}`.trim();
}
