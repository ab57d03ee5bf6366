/**
 * Names for retained points: a device's content at an instant, kept for comparison.
 *
 * @module
 */
declare const pointBrand: unique symbol;

/** Name of a retained point, 1 up. Never used again. */
export type PointId = number & { readonly [pointBrand]: 'PointId' };

/** Brands a point id. @throws RangeError when it is no whole number from 1 up. */
export function pointId(value: number): PointId {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new RangeError(`point id must be a whole number from 1 to 2^53-1, got ${value}`);
  }
  return value as PointId;
}
