/**
 * Sequences of commands of one exact length, which shrink by leaving out.
 *
 * fast-check's own `commands` draws a length from nothing to the maximum, half of it on average; a
 * search of so many sequences of so many commands should run just that. A failing sequence is first
 * shortened by leaving out ever smaller stretches, then its commands are shrunk one at a time.
 *
 * @module
 */
import fc from 'fast-check';

/** `length` items drawn from `item`; smaller sequences appear only while shrinking. */
export function exactSequence<Item>(
  item: fc.Arbitrary<Item>,
  length: number,
): fc.Arbitrary<readonly Item[]> {
  return new ExactSequence(item, length);
}

class ExactSequence<Item> extends fc.Arbitrary<readonly Item[]> {
  readonly #item: fc.Arbitrary<Item>;
  readonly #length: number;

  constructor(item: fc.Arbitrary<Item>, length: number) {
    super();
    this.#item = item;
    this.#length = length;
  }

  override generate(random: fc.Random, biasFactor: number | undefined): fc.Value<readonly Item[]> {
    const drawn = Array.from({ length: this.#length }, () =>
      this.#item.generate(random, biasFactor),
    );
    return sequenceValue(drawn);
  }

  override canShrinkWithoutContext(_value: unknown): _value is readonly Item[] {
    return false;
  }

  override shrink(_items: readonly Item[], context: unknown): fc.Stream<fc.Value<readonly Item[]>> {
    // Values without context cannot come here: see canShrinkWithoutContext.
    return fc.stream(this.#shrinks(context as readonly fc.Value<Item>[]));
  }

  *#shrinks(drawn: readonly fc.Value<Item>[]): Generator<fc.Value<readonly Item[]>> {
    for (let size = drawn.length; size >= 1; size = Math.floor(size / 2)) {
      for (let at = 0; at < drawn.length; at += size) {
        yield sequenceValue([...drawn.slice(0, at), ...drawn.slice(at + size)]);
      }
    }
    for (const [at, { value_, context }] of drawn.entries()) {
      for (const smaller of this.#item.shrink(value_, context)) {
        yield sequenceValue([...drawn.slice(0, at), smaller, ...drawn.slice(at + 1)]);
      }
    }
  }
}

/** The items are the value, the drawn values with their contexts are its context. */
function sequenceValue<Item>(drawn: readonly fc.Value<Item>[]): fc.Value<readonly Item[]> {
  return new fc.Value(
    drawn.map(({ value }) => value),
    drawn,
  );
}
