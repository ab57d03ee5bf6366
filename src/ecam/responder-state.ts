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
import type { ReleaseTable, RememberedRelease } from './releases.ts';
import type { SerialSeries } from './serial-series.ts';
import { type TokenKey, tokenBytes } from './token.ts';

/** Subsystem and tables. */
export interface ResponderState {
  readonly subsystem: Subsystem;
  readonly definitions: DefinitionTable;
  readonly jobs: JobTable;
  readonly series: SerialSeries;
  readonly releases: ReleaseTable;
  readonly reservations: DeviceReservations;
}

/** What a token stands for. */
type TokenKind = 'source' | 'polling' | 'undo';

/** The definition that a path group may execute by a token, or why it may not. */
export function findDefinition(
  state: ResponderState,
  pathGroup: PathGroupId,
  token: TokenKey,
): Definition | Refused {
  const { definitions, jobs, subsystem } = state;
  const refusal = refuseToken(state, pathGroup, token, 'source');
  if (refusal !== undefined) return refusal;
  const executedBy = jobs.findBySourceToken(token);
  if (executedBy !== undefined) return consumed(executedBy);
  const definition = definitions.get(token);
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
  return refuseToken(state, pathGroup, token, 'polling') ?? (state.jobs.get(token) as Job);
}

/** The release that a path group may undo by a token, or why it may not. */
export function findRelease(
  state: ResponderState,
  pathGroup: PathGroupId,
  token: TokenKey,
): RememberedRelease | Refusal {
  return (
    refuseToken(state, pathGroup, token, 'undo') ??
    (state.releases.findByToken(token) as RememberedRelease)
  );
}

/** Why a path group may not use a token as one of this kind, if so. */
function refuseToken(
  state: ResponderState,
  pathGroup: PathGroupId,
  token: TokenKey,
  wanted: TokenKind,
): Refusal | undefined {
  const { definitions, jobs, releases } = state;
  const source =
    definitions.get(token) ?? jobs.findBySourceToken(token) ?? definitions.expired(token);
  const job = jobs.get(token);
  const owner = (source ?? job ?? releases.findByToken(token))?.pathGroup;
  if (owner === undefined) return unknownToken(wanted);
  if (owner !== pathGroup) return securityReject(pathGroup);
  let kind: TokenKind = job === undefined ? 'undo' : 'polling';
  if (source !== undefined) kind = 'source';
  return kind === wanted ? undefined : wrongKind(kind, wanted);
}

function unknownToken(kind: TokenKind): Refusal {
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
    fix: 'use the path group that was given the token',
  });
}

function wrongKind(given: TokenKind, wanted: TokenKind): Refusal {
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
