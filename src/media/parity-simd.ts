/**
 * Redundancy in WebAssembly with vectors of sixteen bytes: the engine that groups use.
 *
 * The module works in a scratch pad of its own, sized for a second-level cache: a strip of every
 * member is copied in, computed, and what was asked for copied out. So data stays where it is, and
 * one small instance serves all subsystems.
 *
 * The pad has a slot for each of the N data members, and then
 *
 * | slot | holds |
 * | --- | --- |
 * | N, N+1 | P and Q as computed from the data that is left |
 * | N+2, N+3 | P and Q as stored |
 *
 * @module
 */
import { divide, generatorPower, multiply } from './galois-field.ts';
import { checkErasure, checkShape, type Erasure, type ParityEngine, solvePair } from './parity.ts';
import { PARITY_MODULE_BASE64 } from './parity-module.ts';

/** What is used of WebAssembly, which type libraries know only together with a browser. */
declare const WebAssembly: {
  readonly Module: new (binary: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

/** What `parity.wat` exports; addresses are multiples of 16, lengths of {@link TURN_BYTES}. */
interface Kernels {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly encode: (count: number, stride: number, length: number) => void;
  readonly add: (target: number, source: number, length: number) => void;
  readonly combine: (first: number, second: number, tables: number, length: number) => void;
  readonly differs: (left: number, right: number, length: number) => number;
}

/**
 * What to do with each strip after the data that is left was summed: the steps of a reconstruction
 * in their order.
 */
interface Plan {
  /** Turns the sums into deficits, by adding what is stored. */
  readonly storedP: Uint8Array | undefined;
  readonly storedQ: Uint8Array | undefined;
  /** Replaces slot N+1 by pFactor times slot N and qFactor times itself. */
  readonly factors: { readonly pFactor: number; readonly qFactor: number } | undefined;
  /** Adds slot N+1 to slot N after that. */
  readonly isAddedBack: boolean;
  /** Where slots N and N+1 go. */
  readonly first: Uint8Array | undefined;
  readonly second: Uint8Array | undefined;
}

/** Bytes that the kernels do in one turn of their loops. */
const TURN_BYTES = 64;
/** Four tables of sixteen bytes, at the end of the pad. */
const TABLE_BYTES = 64;
/** Longest strip. Measured: shorter ones spend more on calls, longer ones leave the cache. */
const MAX_STRIP_BYTES = 8192;
/** Room between strips: slots a power of two apart would meet in the same few lines of a cache. */
const STRIP_GAP_BYTES = 3 * TURN_BYTES;
/** Slots beside those of data members. */
const EXTRA_SLOTS = 4;

function loadKernels(): Kernels {
  const binary = Uint8Array.from(atob(PARITY_MODULE_BASE64), (letter) => letter.charCodeAt(0));
  const instance = new WebAssembly.Instance(new WebAssembly.Module(binary));
  return instance.exports as Kernels;
}

class SimdParity implements ParityEngine {
  readonly #kernels = loadKernels();
  readonly #pad = new Uint8Array(this.#kernels.memory.buffer);
  readonly #tables = this.#pad.length - TABLE_BYTES;
  /** Of the call that runs: data members, bytes from slot to slot, bytes of a strip. */
  #count = 0;
  #stride = 0;
  #strip = 0;

  encode(data: readonly Uint8Array[], p?: Uint8Array, q?: Uint8Array): void {
    const length = checkShape(data, p, q);
    this.#layOut(data.length);
    for (let at = 0; at < length; at += this.#strip) {
      const bytes = Math.min(this.#strip, length - at);
      for (let member = 0; member < data.length; member += 1) {
        this.#load(member, data[member], at, bytes);
      }
      this.#kernels.encode(this.#count, this.#stride, inTurns(bytes));
      this.#store(this.#count, p, at, bytes);
      this.#store(this.#count + 1, q, at, bytes);
    }
  }

  isConsistent(data: readonly Uint8Array[], p?: Uint8Array, q?: Uint8Array): boolean {
    const length = checkShape(data, p, q);
    this.#layOut(data.length);
    for (let at = 0; at < length; at += this.#strip) {
      const bytes = Math.min(this.#strip, length - at);
      for (let member = 0; member < data.length; member += 1) {
        this.#load(member, data[member], at, bytes);
      }
      this.#kernels.encode(this.#count, this.#stride, inTurns(bytes));
      if (this.#differs(0, p, at, bytes) || this.#differs(1, q, at, bytes)) return false;
    }
    return true;
  }

  reconstruct(members: readonly Uint8Array[], dataCount: number, erased: readonly number[]): void {
    const erasure = checkErasure(members, dataCount, erased);
    if (erased.length === 0) return;
    const length = members[0]?.length ?? 0;
    this.#layOut(dataCount);
    // Lost members count for nothing in the sums; the kernels never write these slots.
    for (const member of erasure.data) {
      this.#pad.fill(0, member * this.#stride, member * this.#stride + this.#strip);
    }
    const plan = planReconstruction(members, dataCount, erasure);
    if (plan.factors !== undefined) this.#writeTables(plan.factors.pFactor, plan.factors.qFactor);
    for (let at = 0; at < length; at += this.#strip) {
      const bytes = Math.min(this.#strip, length - at);
      for (let member = 0; member < dataCount; member += 1) {
        if (!erasure.data.includes(member)) this.#load(member, members[member], at, bytes);
      }
      this.#kernels.encode(dataCount, this.#stride, inTurns(bytes));
      this.#follow(plan, at, bytes);
    }
  }

  /** Does the steps of a plan for the strip that is loaded. */
  #follow(plan: Plan, at: number, bytes: number): void {
    const { add, combine } = this.#kernels;
    const turns = inTurns(bytes);
    const first = this.#count * this.#stride;
    const second = first + this.#stride;
    if (plan.storedP !== undefined) {
      this.#load(this.#count + 2, plan.storedP, at, bytes);
      add(first, (this.#count + 2) * this.#stride, turns);
    }
    if (plan.storedQ !== undefined) {
      this.#load(this.#count + 3, plan.storedQ, at, bytes);
      add(second, (this.#count + 3) * this.#stride, turns);
    }
    if (plan.factors !== undefined) combine(first, second, this.#tables, turns);
    if (plan.isAddedBack) add(first, second, turns);
    this.#store(this.#count, plan.first, at, bytes);
    this.#store(this.#count + 1, plan.second, at, bytes);
  }

  #layOut(count: number): void {
    const room = Math.floor(this.#tables / (count + EXTRA_SLOTS)) - STRIP_GAP_BYTES;
    this.#count = count;
    this.#strip = Math.min(MAX_STRIP_BYTES, room - (room % TURN_BYTES));
    this.#stride = this.#strip + STRIP_GAP_BYTES;
  }

  /** Copies a strip into a slot, and zeros behind it up to a whole turn. */
  #load(slot: number, source: Uint8Array | undefined, at: number, bytes: number): void {
    if (source === undefined) return;
    const start = slot * this.#stride;
    this.#pad.set(source.subarray(at, at + bytes), start);
    if (bytes % TURN_BYTES !== 0) this.#pad.fill(0, start + bytes, start + inTurns(bytes));
  }

  #store(slot: number, target: Uint8Array | undefined, at: number, bytes: number): void {
    if (target === undefined) return;
    const start = slot * this.#stride;
    target.set(this.#pad.subarray(start, start + bytes), at);
  }

  /** Whether P (0) or Q (1) as computed is not what is stored; nothing stored never differs. */
  #differs(which: 0 | 1, stored: Uint8Array | undefined, at: number, bytes: number): boolean {
    if (stored === undefined) return false;
    const computed = this.#count + which;
    this.#load(computed + 2, stored, at, bytes);
    const left = computed * this.#stride;
    return this.#kernels.differs(left, left + 2 * this.#stride, inTurns(bytes)) !== 0;
  }

  #writeTables(pFactor: number, qFactor: number): void {
    for (let half = 0; half < 16; half += 1) {
      const at = this.#tables + half;
      this.#pad[at] = multiply(pFactor, half);
      this.#pad[at + 16] = multiply(pFactor, half << 4);
      this.#pad[at + 32] = multiply(qFactor, half);
      this.#pad[at + 48] = multiply(qFactor, half << 4);
    }
  }
}

/** Bytes of the whole turns that cover a strip. */
function inTurns(bytes: number): number {
  return (bytes + TURN_BYTES - 1) & -TURN_BYTES;
}

/** Finds the steps that bring the lost members back; `parity.ts` has the equations. */
function planReconstruction(
  members: readonly Uint8Array[],
  dataCount: number,
  { data: [x, y], isPLost, isQLost }: Erasure,
): Plan {
  const p = members[dataCount];
  const q = members[dataCount + 1];
  const none = { storedP: undefined, storedQ: undefined, factors: undefined, isAddedBack: false };
  if (x === undefined) {
    return { ...none, first: isPLost ? p : undefined, second: isQLost ? q : undefined };
  }
  if (y !== undefined) {
    const factors = solvePair(x, y);
    const [first, second] = [members[y], members[x]];
    return { storedP: p, storedQ: q, factors, isAddedBack: true, first, second };
  }
  if (isPLost) {
    const factors = { pFactor: 0, qFactor: divide(1, generatorPower(x)) };
    return { ...none, storedQ: q, factors, isAddedBack: true, first: p, second: members[x] };
  }
  // The deficit of P is the lost data itself, and its share is what the sum for Q lacks.
  const factors = isQLost ? { pFactor: generatorPower(x), qFactor: 1 } : undefined;
  return { ...none, storedP: p, factors, first: members[x], second: isQLost ? q : undefined };
}

/** The engine that groups use; its instance is shared by all subsystems. */
export const PARITY_WASM: ParityEngine = new SimdParity();
