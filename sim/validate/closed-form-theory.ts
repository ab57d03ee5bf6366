/**
 * Queueing results in closed form. Service has mean 1 unless said, and `load` is arrivals in that time.
 *
 * Sources: L. Kleinrock, Queueing Systems I (1975) for the single and many servers and for the finite
 * room; M. Reiser, S. S. Lavenberg, JACM 27 (1980) for mean value analysis.
 *
 * @module
 */

/** Waiting and sojourn means. */
export interface MeanTimes {
  readonly wait: number;
  readonly sojourn: number;
}

/**
 * M/G/1 by the formula of Pollaczek and Khinchine.
 *
 * @param squaredVariation - Squared coefficient of variation of the service.
 */
export function generalServer(rate: number, service: number, squaredVariation: number): MeanTimes {
  const secondMoment = service * service * (1 + squaredVariation);
  const wait = (rate * secondMoment) / (2 * (1 - rate * service));
  return { wait, sojourn: wait + service };
}

/** Time that a share of the customers of M/M/1 does not exceed: the sojourn is exponential. */
export function sojournQuantile(load: number, share: number): number {
  return -Math.log(1 - share) / (1 - load);
}

/** Share of arrivals that find all of so many servers busy and are lost: Erlang B. */
export function erlangB(servers: number, load: number): number {
  let blocking = 1;
  for (let server = 1; server <= servers; server += 1) {
    blocking = (load * blocking) / (server + load * blocking);
  }
  return blocking;
}

/** Share of arrivals that have to wait for one of so many servers: Erlang C. */
export function erlangC(servers: number, load: number): number {
  const blocking = erlangB(servers, load);
  return blocking / (1 - (load / servers) * (1 - blocking));
}

/** M/M/c. */
export function manyServers(servers: number, load: number): MeanTimes {
  const wait = erlangC(servers, load) / (servers - load);
  return { wait, sojourn: wait + 1 };
}

/** M/M/1 with room for so many, the one in service included. */
export function finiteRoom(
  load: number,
  room: number,
): { readonly blocking: number; readonly present: number; readonly sojourn: number } {
  const weights = Array.from({ length: room + 1 }, (_, count) => load ** count);
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const blocking = (weights[room] ?? 0) / all;
  const present = weights.reduce((sum, weight, count) => sum + count * weight, 0) / all;
  return { blocking, present, sojourn: present / (load * (1 - blocking)) };
}

/** So many users who think and then ask one exponential server: mean value analysis. */
export function closedServer(
  users: number,
  think: number,
): { readonly response: number; readonly throughput: number; readonly present: number } {
  let present = 0;
  let response = 0;
  let throughput = 0;
  for (let count = 1; count <= users; count += 1) {
    response = 1 + present;
    throughput = count / (think + response);
    present = throughput * response;
  }
  return { response, throughput, present };
}

/** Mean of a function of the distance between two independent, uniform cylinders of so many. */
export function meanOverDistances(cylinders: number, of: (distance: number) => number): number {
  let sum = of(0) * cylinders;
  for (let distance = 1; distance < cylinders; distance += 1) {
    sum += 2 * (cylinders - distance) * of(distance);
  }
  return sum / cylinders ** 2;
}

/** Mean wait for the slowest of so many independent rotations of the same period. */
export function slowestRotation(period: number, count: number): number {
  return (period * count) / (count + 1);
}
