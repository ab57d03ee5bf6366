/**
 * Source definition (steps 204 and 205): checks what is to be copied where, and holds it under a
 * token. Copies nothing, freezes nothing; the same checks run again at the execution.
 *
 * @module
 */
import { type Refusal, refuse } from '../base/refusal.ts';
import { deviceNumber, formatDeviceNumber, laterBy, trackIndex } from '../base/units.ts';
import type { CopyExtent } from '../copy/extent.ts';
import type { SnapshotRequest } from '../copy/snapshot-request.ts';
import type { Device } from '../mapping/device-table.ts';
import type { Subsystem } from '../subsystem/subsystem.ts';
import type { DefinedDevice, Definition } from './definitions.ts';
import type { SourceAccepted, SourceDefinition } from './messages.ts';
import type { PathGroupId } from './path-group-id.ts';
import type { ResponderState } from './responder-state.ts';
import { seriesKey } from './serial-series.ts';
import { drawToken, tokenBytes } from './token.ts';

/** Accepts or refuses a definition. `bytes` is the length of its message. */
export function defineSource(
  state: ResponderState,
  pathGroup: PathGroupId,
  request: SourceDefinition,
  bytes: number,
): SourceAccepted | Refusal {
  const { subsystem, definitions, jobs, series } = state;
  if (!subsystem.configuration.hostSelectable) return refuseHosts(subsystem);
  const source = subsystem.findDevice(deviceNumber(request.source.device));
  if (source === undefined) return unknownDevice(request.source.device);
  const target = subsystem.findDevice(deviceNumber(request.target.device));
  if (target === undefined) return unknownDevice(request.target.device);

  const { clock, random } = subsystem.ports;
  const now = clock.now();
  const wanted = { request, source: defined(source), target: defined(target) };
  for (const gone of definitions.expire(now)) {
    const part = gone.request.series;
    if (part !== undefined && series.undefine(gone.pathGroup, part)) {
      subsystem.forgetSeries(seriesKey(gone.pathGroup, part.id));
    }
  }
  const refusal =
    checkShape(request) ??
    (request.series && series.checkDefine(pathGroup, request.series)) ??
    subsystem.validateSnapshot(snapshotOf([wanted])) ??
    definitions.checkRoom(pathGroup, bytes, jobs.bytesHeld) ??
    announcePart(state, pathGroup, wanted);
  if (refusal !== undefined) return refusal;

  if (request.series !== undefined) {
    series.define(pathGroup, request.series, [wanted.source, wanted.target]);
  }
  const token = drawToken(random);
  const expiresAt = laterBy(now, subsystem.configuration.sourceTokenLife);
  definitions.hold({ ...wanted, token, pathGroup, expiresAt, bytes });
  return { kind: 'sourceAccepted', token: tokenBytes(token), expiresAt };
}

/** What a definition says about the copy itself. */
type WantedCopy = Pick<Definition, 'request' | 'source' | 'target'>;

/**
 * The snapshot that several definitions ask for as one instant, or one alone. They agree in
 * everything but devices and extents; a serial part brings its series along separately.
 */
export function snapshotOf(definitions: readonly WantedCopy[]): SnapshotRequest {
  const { copy, separation, supersede, label } = (definitions[0] as WantedCopy).request;
  return {
    extents: definitions.flatMap(copyExtents),
    wholeDevices: definitions
      .filter(({ request }) => request.wholeDevice)
      .map(({ source, target }) => ({ source: source.index, target: target.index })),
    background: copy === 'background' ? 'copy' : 'none',
    separation,
    supersede,
    label,
  };
}

/** Tells the copy layer of a part of a series, so that it can watch the extents from then on. */
function announcePart(
  { subsystem }: ResponderState,
  pathGroup: PathGroupId,
  wanted: WantedCopy,
): Refusal | undefined {
  if (wanted.request.series === undefined) return undefined;
  const { id, ordinal, of } = wanted.request.series;
  const part = { id: seriesKey(pathGroup, id), ordinal, of };
  const watched = wanted.request.wholeDevice ? wholeExtent(subsystem, wanted) : copyExtents(wanted);
  return subsystem.defineSeriesPart(part, watched);
}

function copyExtents({ request, source, target }: WantedCopy): CopyExtent[] {
  return request.extents.map(({ sourceFirst, targetFirst, trackCount }) => ({
    source: source.index,
    sourceFirst: trackIndex(sourceFirst),
    sourceCount: trackCount,
    target: target.index,
    targetFirst: trackIndex(targetFirst),
    targetCount: trackCount,
  }));
}

/** All tracks of the source as one extent, for the conflict window. */
function wholeExtent(subsystem: Subsystem, { source, target }: WantedCopy): CopyExtent[] {
  const { trackCount } = subsystem.device(source.index);
  const first = trackIndex(0);
  return [
    {
      source: source.index,
      sourceFirst: first,
      sourceCount: trackCount,
      target: target.index,
      targetFirst: first,
      targetCount: trackCount,
    },
  ];
}

function defined({ number, index, generation }: Device): DefinedDevice {
  return { number, index, generation };
}

function checkShape({ extents, wholeDevice }: SourceDefinition): Refusal | undefined {
  if (wholeDevice === (extents.length === 0)) return undefined;
  return refuse('MESSAGE_MALFORMED', {
    what: `a source definition of ${wholeDevice ? 'a whole device' : 'extents'} with ${extents.length} extents`,
    limit: 'a whole device has no extents, everything else has at least one',
    fix: 'send extents or ask for the whole device',
  });
}

/** The refusal for a device number that is not defined. */
export function unknownDevice(number: number): Refusal {
  return refuse('DEVICE_UNKNOWN', {
    what: `device ${formatDeviceNumber(deviceNumber(number))}`,
    limit: 'devices are those defined in this subsystem',
    fix: 'check the device number, and that host and subsystem belong together',
  });
}

function refuseHosts(subsystem: Subsystem): Refusal {
  return refuse('NOT_HOST_SELECTABLE', {
    what: `a snapshot copy on subsystem ${subsystem.configuration.name}`,
    limit: 'the subsystem does not let hosts select its snapshot copy (hostSelectable: false)',
    fix: 'copy through the host, or configure the subsystem with hostSelectable: true',
  });
}
