/**
 * Options of the commands as commander gives them.
 *
 * @module
 */

/** Options of `run`. */
export interface RunOptions {
  readonly out?: string;
  readonly seed?: string;
  readonly workers?: string;
  readonly restart?: boolean;
  readonly json?: boolean;
  readonly progress?: 'auto' | 'json' | 'none';
}

/** Options of the image commands. */
export interface ImageOptions {
  readonly json?: boolean;
  readonly progress?: 'auto' | 'json' | 'none';
}

/** Options of `image extract`. */
export interface ExtractOptions extends ImageOptions {
  readonly output?: string;
  readonly text?: boolean;
}

/** Options of `validate`. */
export interface ValidateOptions {
  readonly data?: string;
  readonly json?: boolean;
}
