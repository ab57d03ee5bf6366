import type { RunRecord } from '../scenario/run-record.ts';
export async function runScenarioFile(_f: string, _o: unknown, _e: unknown): Promise<RunRecord> {
  throw new Error('x');
}
