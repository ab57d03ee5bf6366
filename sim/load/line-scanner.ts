/**
 * Reads fields of one line from bytes: numbers, times, blanks, without a string.
 *
 * Every method leaves the place behind what it took. Whole numbers are exact to 2^53; what is larger
 * answers -1 like what is no number at all. Times are exact whatever they count from.
 *
 * @module
 */

const ZERO = 0x30;
const DOT = 0x2e;
const SPACE = 0x20;
const TAB = 0x09;
const NANO_DIGITS = 9;

/** Stands in one line. */
export class LineScanner {
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  end = 0;
  /** The time that {@link time} took: whole seconds, and nanoseconds below one. */
  seconds = 0;
  nanos = 0;

  /** Begins a line: the bytes from `start` up to, not including, `end`. */
  begin(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  /** The byte here, or 0 at the end. */
  peek(): number {
    return this.at < this.end ? (this.bytes[this.at] as number) : 0;
  }

  isAtEnd(): boolean {
    return this.at >= this.end;
  }

  /** Passes blanks and tabs. */
  blanks(): void {
    const { bytes, end } = this;
    let at = this.at;
    while (at < end && (bytes[at] === SPACE || bytes[at] === TAB)) at += 1;
    this.at = at;
  }

  /** Passes one separator with blanks around it; false when there is none. */
  separator(byte: number): boolean {
    this.blanks();
    if (this.peek() !== byte) return false;
    this.at += 1;
    this.blanks();
    return true;
  }

  /** Passes at least one blank; false when there is none. */
  gap(): boolean {
    const from = this.at;
    this.blanks();
    return this.at > from;
  }

  /** A whole decimal number; -1 when there is none, or when it is not below 2^53. */
  whole(): number {
    const { bytes, end } = this;
    let at = this.at;
    let value = 0;
    while (at < end) {
      const digit = (bytes[at] as number) - ZERO;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
      at += 1;
    }
    if (at === this.at || value > Number.MAX_SAFE_INTEGER) return -1;
    this.at = at;
    return value;
  }

  /** A whole hexadecimal number, `0x` before it or not; -1 as for {@link whole}. */
  hexadecimal(): number {
    const { bytes, end } = this;
    let at = this.at;
    if (bytes[at] === ZERO && at + 1 < end && ((bytes[at + 1] as number) | 0x20) === 0x78) at += 2;
    const from = at;
    let value = 0;
    while (at < end) {
      const digit = hexadecimalDigit(bytes[at] as number);
      if (digit < 0) break;
      value = value * 16 + digit;
      at += 1;
    }
    if (at === from || value > Number.MAX_SAFE_INTEGER) return -1;
    this.at = at;
    return value;
  }

  /**
   * A decimal number, with a fraction or not, as {@link seconds} and {@link nanos}.
   *
   * The decimal point is moved left by the digits of the unit, and the digits on both sides are read:
   * no step rounds. What is below a nanosecond is cut off.
   *
   * @param unitDigits - The unit is 10 to the power of minus so many seconds: 0 s, 3 ms, 6 us, 7 the
   * ticks of Windows file times, 9 ns.
   * @returns Whether there was a number.
   */
  time(unitDigits: number): boolean {
    const { bytes, end, at: from } = this;
    let point = from;
    while (point < end && isDigit(bytes[point] as number)) point += 1;
    if (point === from) return false;
    // Digits of seconds: those that are left of the moved point.
    const wholeEnd = point - unitDigits;
    let seconds = 0;
    let at = from;
    for (; at < wholeEnd; at += 1) seconds = seconds * 10 + (bytes[at] as number) - ZERO;
    let nanos = 0;
    // Where the number is shorter than the unit, zeros stand between.
    let places = wholeEnd < from ? from - wholeEnd : 0;
    for (; at < point && places < NANO_DIGITS; at += 1, places += 1) {
      nanos = nanos * 10 + (bytes[at] as number) - ZERO;
    }
    at = point;
    if (at < end && bytes[at] === DOT) {
      at += 1;
      while (at < end && isDigit(bytes[at] as number)) {
        if (places < NANO_DIGITS) {
          nanos = nanos * 10 + (bytes[at] as number) - ZERO;
          places += 1;
        }
        at += 1;
      }
    }
    for (; places < NANO_DIGITS; places += 1) nanos *= 10;
    if (seconds > Number.MAX_SAFE_INTEGER) return false;
    this.seconds = seconds;
    this.nanos = nanos;
    this.at = at;
    return true;
  }

  /** A duration in nanoseconds, read like {@link time}; -1 when there is none or it is too long. */
  duration(unitDigits: number): number {
    if (!this.time(unitDigits)) return -1;
    const duration = this.seconds * 1e9 + this.nanos;
    return duration <= Number.MAX_SAFE_INTEGER ? duration : -1;
  }

  /** Goes to the next such byte, or to the end. @returns where the field before it ends, blanks off. */
  fieldEnd(separator: number): number {
    const { bytes, end } = this;
    let at = this.at;
    while (at < end && bytes[at] !== separator) at += 1;
    const from = this.at;
    this.at = at;
    while (at > from && isBlank(bytes[at - 1] as number)) at -= 1;
    return at;
  }

  /** Goes to the next blank, or to the end. */
  wordEnd(): number {
    const { bytes, end } = this;
    let at = this.at;
    while (at < end && !isBlank(bytes[at] as number)) at += 1;
    this.at = at;
    return at;
  }

  /** Whether the bytes from `start` to `end` are this word, in any case. `word` is lower case. */
  isWord(start: number, end: number, word: string): boolean {
    if (end - start !== word.length) return false;
    for (let at = 0; at < word.length; at += 1) {
      const byte = this.bytes[start + at] as number;
      const lower = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
      if (lower !== word.charCodeAt(at)) return false;
    }
    return true;
  }
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= 0x39;
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB;
}

function hexadecimalDigit(byte: number): number {
  if (isDigit(byte)) return byte - ZERO;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
