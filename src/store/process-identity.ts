/**
 * Who holds something in a folder that processes share, and whether that process is still there.
 *
 * A process is known by its host, the host's boot, its namespace of processes (containers have their
 * own), its number and the moment when it was started: numbers are used again, and machines are
 * started again. Only a process whose numbers we see can be told to be gone; one of another host or
 * container counts as alive.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** One process, for one purpose. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** When it was started, in ticks since the host was; empty where the system does not say. */
  readonly started: string;
  /** Tells one run of the host from the next; empty where the system does not say. */
  readonly boot: string;
  /** Tells apart who counts processes; empty where the system does not say. */
  readonly namespace: string;
  /** 32 hexadecimal digits of chance: no two holds are ever the same. */
  readonly token: string;
}

/** This process, with a token of its own every time. */
export function ownIdentity(): ProcessIdentity {
  return {
    pid: process.pid,
    host: hostname(),
    started: processStatus(process.pid)?.started ?? '',
    boot: systemText(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1')),
    namespace: systemText(() => readlinkSync('/proc/self/ns/pid')),
    token: randomBytes(16).toString('hex'),
  };
}

/** Whether the process is gone for certain. */
export function isGone(holder: ProcessIdentity): boolean {
  const own = ownIdentity();
  if (holder.host !== own.host) return false;
  // The same host, started again: nothing of then is left.
  if (holder.boot !== own.boot) return true;
  if (holder.namespace !== own.namespace) return false;
  if (!isNumbered(holder.pid)) return true;
  const status = processStatus(holder.pid);
  // Where the system says no more, a process of this number is taken for the holder.
  if (status === undefined) return false;
  return status.isDead || (holder.started !== '' && status.started !== holder.started);
}

/** One line of JSON. */
export function identityText(identity: ProcessIdentity): string {
  return `${JSON.stringify(identity)}\n`;
}

/** `undefined` for anything but what {@link identityText} writes: a power cut may leave an empty file. */
export function parseIdentity(text: string): ProcessIdentity | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { pid, host, started, boot, namespace, token } = value as Record<string, unknown>;
  const texts = [host, started, boot, namespace, token];
  const isWhole = Number.isSafeInteger(pid) && (pid as number) > 0;
  if (!(isWhole && texts.every((part) => typeof part === 'string'))) return undefined;
  if (!/^[0-9a-f]{32}$/.test(token as string)) return undefined;
  return value as ProcessIdentity;
}

/** Whether there is a process of this number. */
function isNumbered(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process may not be sent signals, but it is there.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

interface ProcessStatus {
  readonly started: string;
  /** It has ended, and its parent has not asked yet how. */
  readonly isDead: boolean;
}

/** What Linux says about a process (proc_pid_stat(5)): state is field 3, the start field 22. */
function processStatus(pid: number): ProcessStatus | undefined {
  const text = systemText(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  // Field 2 is the name in parentheses, and names may hold anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  const started = fields[19];
  if (text === '' || state === undefined || started === undefined) return undefined;
  return { started, isDead: state === 'Z' || state === 'X' };
}

/** What the system says, or nothing where it does not. */
function systemText(read: () => string): string {
  try {
    return read().trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error) return '';
    throw error;
  }
}
