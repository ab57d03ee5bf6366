/**
 * Names from volumes, made fit to print: real directories hold member names with unprintable bytes,
 * and no name may steer the terminal.
 *
 * @module
 */

/** Control characters become `\xNN`, and a backslash doubles; everything else stays. */
export function toPrintable(name: string): string {
  return name.replaceAll(/[\p{Cc}\\]/gu, (character) =>
    character === '\\'
      ? '\\\\'
      : `\\x${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

/** The name that {@link toPrintable} shows so. */
export function fromPrintable(text: string): string {
  return text.replaceAll(/\\(\\|x([0-9A-Fa-f]{2}))/g, (_all, what: string, code?: string) =>
    code === undefined ? what : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
