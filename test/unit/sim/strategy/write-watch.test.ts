import { describe, expect, it } from 'vitest';
import { type WriteListener, WriteWatch } from '../../../../sim/strategy/write-watch.ts';

/** A copy that holds when told, and takes down what it hears. */
class Listener implements WriteListener {
  isHolding = false;
  readonly heard: string[] = [];

  beforeStart(track: number): 'go' | 'hold' {
    this.heard.push(`start ${track}`);
    return this.isHolding ? 'hold' : 'go';
  }

  beforeWrite(track: number): 'go' | 'hold' {
    this.heard.push(`write ${track}`);
    return this.isHolding ? 'hold' : 'go';
  }

  afterWrite(track: number): void {
    this.heard.push(`written ${track}`);
  }

  writeEnded(): void {
    this.heard.push('ended');
  }
}

const DEVICE = 3;

describe('the watch over hosts’ writes', () => {
  it('tells each copy of the writes to its own source', () => {
    const watch = new WriteWatch();
    const [one, other] = [new Listener(), new Listener()];
    watch.listen(DEVICE, one);
    watch.listen(4, other);
    expect(watch.beforeStart(DEVICE, 17, 1, 1)).toBe('go');
    expect(watch.beforeStart(DEVICE, 18, 0, 2)).toBe('go');
    expect(watch.beforeWrite(DEVICE, 17, 1)).toBe('go');
    watch.afterWrite(DEVICE, 17, 1, 1);
    expect(one.heard).toEqual(['start 17', 'write 17', 'written 17', 'ended']);
    expect(other.heard).toEqual([]);
    watch.leave(DEVICE, one);
    watch.beforeStart(DEVICE, 17, 1, 1);
    expect(one.heard).toHaveLength(4);
  });

  it('counts writes from their start to their execution, also before anybody listens', () => {
    const watch = new WriteWatch();
    watch.beforeStart(DEVICE, 1, 1, 7);
    watch.beforeStart(DEVICE, 2, 1, 9999);
    watch.beforeStart(DEVICE, 3, 0, 8);
    expect(watch.underWayCount(DEVICE)).toBe(2);
    watch.afterWrite(DEVICE, 1, 1, 7);
    watch.afterWrite(DEVICE, 2, 2, 9999);
    expect(watch.underWayCount(DEVICE)).toBe(0);
    expect(watch.underWayCount(99)).toBe(0);
  });

  it('does not count a write that is held in its host', () => {
    const watch = new WriteWatch();
    const listener = new Listener();
    watch.listen(DEVICE, listener);
    listener.isHolding = true;
    expect(watch.beforeStart(DEVICE, 1, 1, 5)).toBe('hold');
    expect(watch.underWayCount(DEVICE)).toBe(0);
    listener.isHolding = false;
    expect(watch.beforeStart(DEVICE, 1, 1, 5)).toBe('go');
    expect(watch.underWayCount(DEVICE)).toBe(1);
  });

  it('holds a write when any copy does, and asks all of them', () => {
    const watch = new WriteWatch();
    const [one, other] = [new Listener(), new Listener()];
    watch.listen(DEVICE, one);
    watch.listen(DEVICE, other);
    one.isHolding = true;
    expect(watch.beforeWrite(DEVICE, 6, 1)).toBe('hold');
    expect(other.heard).toEqual(['write 6']);
  });

  it('lets nobody wait for a write that the model refused', () => {
    const watch = new WriteWatch();
    const listener = new Listener();
    watch.listen(DEVICE, listener);
    watch.beforeStart(DEVICE, 1, 1, 5);
    watch.writeRefused(5);
    expect(watch.underWayCount(DEVICE)).toBe(0);
    expect(listener.heard).toEqual(['start 1', 'ended']);
  });
});
