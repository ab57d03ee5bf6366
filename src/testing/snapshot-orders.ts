/**
 * Arbitraries for snapshot requests: whole devices, groups, extents aligned and ragged, on one device
 * or across, and now and then one that breaks a rule on purpose.
 *
 * @module
 */
import fc from 'fast-check';
import type { SnapshotDevice, SnapshotExtent, SnapshotOrder } from './copy-engine.ts';
import type { ModelSession } from './model-session.ts';
import {
  alignment,
  type CountPick,
  countPick,
  pick,
  pickCount,
  pickDevice,
  pickTrack,
  type TrackPick,
  trackPick,
} from './track-picks.ts';

/** A rule that an extent breaks on purpose. */
type Flaw = 'none' | 'identical' | 'overlap' | 'unequal' | 'empty' | 'outside';

interface ExtentPick {
  readonly source: number;
  readonly target: number;
  readonly at: TrackPick;
  readonly count: CountPick;
  /** Where the target begins: at the same track, at an aligned one, or anywhere. */
  readonly move: 'same' | 'aligned' | 'any';
  readonly to: number;
  readonly flaw: Flaw;
}

interface OrderPick {
  readonly extents: readonly ExtentPick[];
  readonly devices: readonly { readonly source: number; readonly target: number }[];
  readonly background: boolean;
  readonly supersede: boolean;
}

const flaw: fc.Arbitrary<Flaw> = fc.oneof(
  { weight: 15, arbitrary: fc.constant<Flaw>('none') },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Flaw>('identical', 'overlap', 'unequal', 'empty', 'outside'),
  },
);

const extentPick: fc.Arbitrary<ExtentPick> = fc.record({
  source: pick,
  target: pick,
  at: trackPick,
  count: countPick,
  move: fc.constantFrom('same', 'aligned', 'any'),
  to: pick,
  flaw,
});

const devicePick = fc.record({ source: pick, target: pick });

const orderPick = (
  extents: { readonly least: number; readonly most: number },
  devices: { readonly least: number; readonly most: number },
): fc.Arbitrary<OrderPick> =>
  fc.record({
    extents: fc.array(extentPick, { minLength: extents.least, maxLength: extents.most }),
    devices: fc.array(devicePick, { minLength: devices.least, maxLength: devices.most }),
    background: fc.boolean(),
    supersede: fc.boolean(),
  });

const NO = { least: 0, most: 0 };

/** Requests of every shape, to be resolved by {@link resolveOrder}. */
export const orders: fc.Arbitrary<OrderPick> = fc.oneof(
  { weight: 3, arbitrary: orderPick(NO, { least: 1, most: 1 }) },
  { weight: 5, arbitrary: orderPick({ least: 1, most: 1 }, NO) },
  { weight: 3, arbitrary: orderPick({ least: 2, most: 4 }, NO) },
  { weight: 1, arbitrary: orderPick(NO, { least: 2, most: 3 }) },
  { weight: 1, arbitrary: orderPick({ least: 1, most: 2 }, { least: 1, most: 1 }) },
);

/** A request for extents only, for series. */
export const extentOrders: fc.Arbitrary<OrderPick> = orderPick({ least: 1, most: 2 }, NO);

/** The request that the picks stand for; nothing while there is no device. */
export function resolveOrder(session: ModelSession, picks: OrderPick): SnapshotOrder | undefined {
  const extents: SnapshotExtent[] = [];
  const wholeDevices: SnapshotDevice[] = [];
  const { background, supersede } = picks;
  const order: SnapshotOrder = { extents, wholeDevices, background, supersede };
  for (const { source, target } of picks.devices) {
    const from = pickDevice(session, source);
    let to = pickDevice(session, target);
    // A device onto itself is refused; one try in eight is enough.
    if (from === to && target % 8 !== 0) to = pickDevice(session, target + 1);
    if (from === undefined || to === undefined) return undefined;
    addUnlessOverlap(session, order, wholeDevices, { source: from.name, target: to.name });
  }
  for (const extentPicks of picks.extents) {
    const extent = resolveExtent(session, extentPicks);
    if (extent === undefined) return undefined;
    if (extentPicks.flaw === 'overlap') extents.push(extent);
    else addUnlessOverlap(session, order, extents, extent);
  }
  return order;
}

/** A request that gives a copy back: its targets become sources and its sources targets. */
export function reverseOrder(order: SnapshotOrder): SnapshotOrder {
  const { background, supersede } = order;
  const extents = order.extents.map((extent) => ({
    source: extent.target,
    sourceFirst: extent.targetFirst,
    sourceCount: extent.targetCount,
    target: extent.source,
    targetFirst: extent.sourceFirst,
    targetCount: extent.sourceCount,
  }));
  const wholeDevices = order.wholeDevices.map(({ source, target }) => ({
    source: target,
    target: source,
  }));
  return { extents, wholeDevices, background, supersede };
}

/**
 * Adds a piece to the order, but not one that would make an order of several overlap itself: random
 * pieces do that so often that hardly any would be accepted. The first piece always stays.
 */
function addUnlessOverlap<Piece>(
  session: ModelSession,
  order: SnapshotOrder,
  pieces: Piece[],
  piece: Piece,
): void {
  const isFirst = order.extents.length + order.wholeDevices.length === 0;
  pieces.push(piece);
  if (!isFirst && session.twin.brokenRules(order).includes('EXTENT_OVERLAP')) pieces.pop();
}

function resolveExtent(session: ModelSession, picks: ExtentPick): SnapshotExtent | undefined {
  const from = pickDevice(session, picks.source);
  const to = pickDevice(session, picks.target);
  if (from === undefined || to === undefined) return undefined;
  const sourceFirst = pickTrack(session, from, picks.at);
  const room = Math.min(from.trackCount - sourceFirst, to.trackCount);
  // One unit for the beginning, the length and the way moved, so that whole pages come together.
  const unit = alignment(picks.at.value);
  let count = pickCount(picks.count, room, unit);
  let targetFirst = placeTarget(picks, sourceFirst, to.trackCount - count, unit);
  if (from === to && picks.flaw === 'none') {
    // Two disjoint halves: behind the source where there is room, otherwise before it.
    count = Math.min(count, Math.max(Math.floor(from.trackCount / 2), 1));
    const behind = sourceFirst + count;
    const isRoomBehind = behind + count <= from.trackCount;
    if (Math.abs(targetFirst - sourceFirst) < count) {
      targetFirst = isRoomBehind ? behind : Math.max(sourceFirst - count, 0);
    }
  }
  const extent = {
    source: from.name,
    sourceFirst,
    sourceCount: count,
    target: to.name,
    targetFirst,
    targetCount: count,
  };
  return spoil(extent, picks.flaw, from.trackCount);
}

function placeTarget(picks: ExtentPick, sourceFirst: number, last: number, unit: number): number {
  switch (picks.move) {
    case 'same':
      return Math.min(sourceFirst, last);
    case 'aligned': {
      // Congruent to the source, so that whole pages may be shared.
      const target = (picks.to % (Math.floor(last / unit) + 1)) * unit + (sourceFirst % unit);
      return Math.min(target, last);
    }
    default:
      return picks.to % (last + 1);
  }
}

function spoil(extent: SnapshotExtent, how: Flaw, sourceTracks: number): SnapshotExtent {
  const { source, sourceFirst, sourceCount } = extent;
  switch (how) {
    case 'identical':
      return { ...extent, target: source, targetFirst: sourceFirst };
    case 'overlap':
      return { ...extent, target: source, targetFirst: sourceFirst + sourceCount - 1 };
    case 'unequal':
      return { ...extent, targetCount: sourceCount + 1 };
    case 'empty':
      return { ...extent, sourceCount: 0, targetCount: 0 };
    case 'outside':
      return {
        ...extent,
        sourceCount: sourceTracks - sourceFirst + 1,
        targetCount: sourceTracks - sourceFirst + 1,
      };
    default:
      return extent;
  }
}
