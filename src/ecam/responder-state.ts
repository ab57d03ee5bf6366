/**
 * What the responder works on: the subsystem and the tables of this layer, and how a token finds
 * its way into them.
 *
 * Whoever presents a token learns only what is theirs: a token of another path group is a security
 * reject whichever table it is found in, and stays as it is.
 *
 * @module
 */
import { type Refusal, refuse } from '../base/refusal.ts';
import type { Subsystem } from '../subsystem/subsystem.ts';
import { type Definition, type DefinitionTable, hasExpired } from './definitions.ts';
import type { DeviceReservations } from './device-reservations.ts';
import type { Job, JobTable } from './jobs.ts';
import type { Refused } from './messages.ts';
import type { PathGroupId } from './path-group-id.ts';
import type { SerialSeries } from './serial-series.ts';
import { type TokenKey, tokenBytes } from './token.ts';

/** Subsystem and tables. */
export interface ResponderState {
  readonly subsystem: Subsystem;
  readonly definitions: DefinitionTable;
  readonly jobs: JobTable;
  readonly series: SerialSeries;
  readonly reservations: DeviceReservations;
}

/** The definition that a path group may execute by a token, or why it may not. */
export function findDefinition(
  state: ResponderState,
  pathGroup: PathGroupId,
  token: TokenKey,
): Definition | Refused {
  const { definitions, jobs, subsystem } = state;
  const definition = definitions.get(token);
  const executedBy = jobs.findBySourceToken(token);
  const job = jobs.get(token);
  const gone = definitions.expired(token);
  const owner = (definition ?? executedBy ?? job ?? gone)?.pathGroup;
  if (owner === undefined) return unknownToken('source');
  if (owner !== pathGroup) return securityReject(pathGroup);
  if (job !== undefined) return wrongKind('polling', 'source');
  if (executedBy !== undefined) return consumed(executedBy);
  if (definition === undefined || hasExpired(definition, subsystem.ports.clock.now())) {
    return expiredToken();
  }
  return definition;
}

/** The job that a path group may ask about by a token, or why it may not. */
export function findJob(
  state: ResponderState,
  pathGroup: PathGroupId,
  token: TokenKey,
): Job | Refusal {
  const { definitions, jobs } = state;
  const job = jobs.get(token);
  const source =
    definitions.get(token) ?? jobs.findBySourceToken(token) ?? definitions.expired(token);
  const owner = (job ?? source)?.pathGroup;
  if (owner === undefined) return unknownToken('polling');
  if (owner !== pathGroup) return securityReject(pathGroup);
  return job ?? wrongKind('source', 'polling');
}

function unknownToken(kind: string): Refusal {
  return refuse('TOKEN_UNKNOWN', {
    what: `a ${kind} token that nothing is held under`,
    limit: 'tokens are those that this subsystem gave out and still holds',
    fix: 'start again with a source definition',
  });
}

function securityReject(pathGroup: PathGroupId): Refusal {
  return refuse('SECURITY_REJECT', {
    what: `a token that path group ${pathGroup} was not given`,
    limit: 'a token is good for the path group that it was given to',
    fix: 'use the path group that sent the source definition',
  });
}

function wrongKind(given: string, wanted: string): Refusal {
  return refuse('TOKEN_WRONG_KIND', {
    what: `a ${given} token`,
    limit: `this message takes a ${wanted} token`,
    fix: `send the ${wanted} token`,
  });
}

function expiredToken(): Refusal {
  return refuse('TOKEN_EXPIRED', {
    what: 'a source token whose time has run out',
    limit: 'a source token lives as long as its answer said',
    fix: 'send the source definition again',
  });
}

function consumed(job: Job): Refused {
  const refusal = refuse('TOKEN_CONSUMED', {
    what: 'a source token that was executed before',
    limit: 'a source token is good for one execution',
    fix: 'go on with the polling token of this answer',
  });
  return { ...refusal, pollingToken: tokenBytes(job.token) };
}
