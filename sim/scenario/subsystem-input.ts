/**
 * A subsystem as it is written in a document, as the model is told of it.
 *
 * @module
 */
import { nanos, type SubsystemInput } from '../../src/index.ts';
import type { SubsystemForm } from './schema.ts';

/** The keys of a subsystem but for its devices. */
export type SubsystemKeys = Omit<SubsystemForm, 'devices'>;

/** What the model makes a subsystem of. */
export function subsystemInput(form: SubsystemKeys): SubsystemInput {
  const { deviceCountMax, sourceTokenLife } = form;
  return {
    name: form.name,
    content: form.content,
    capacityBytes: form.capacity,
    outOfSpace: form.outOfSpace,
    hostSelectable: form.hostSelectable,
    ...backEndInput(form),
    ...(deviceCountMax === undefined ? {} : { deviceCountMax }),
    ...(sourceTokenLife === undefined ? {} : { sourceTokenLife: nanos(sourceTokenLife) }),
  };
}

/** The back end of a subsystem as the model is told of it. */
function backEndInput(form: SubsystemKeys): Partial<SubsystemInput> {
  const { groups, spares, nvs, collection, thresholds } = form;
  return {
    spareDrives: spares,
    ...(groups === undefined
      ? {}
      : {
          groups: groups.map(({ capacity, cylinderSectors, reserveCylinders, ...group }) => ({
            ...group,
            ...(capacity === undefined ? {} : { capacityBytes: capacity }),
            ...(cylinderSectors === undefined ? {} : { cylinderSectors }),
            ...(reserveCylinders === undefined ? {} : { reserveCylinders }),
          })),
        }),
    ...(nvs === undefined
      ? {}
      : {
          nvs: {
            destage: nvs.destage,
            ...(nvs.size === undefined ? {} : { bytes: nvs.size }),
          },
        }),
    ...(collection === undefined ? {} : { collection }),
    ...(thresholds === undefined ? {} : { thresholds }),
  };
}
