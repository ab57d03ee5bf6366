/**
 * The bytes of ECAM messages: a fixed frame around one MessagePack record.
 *
 * | offset | bytes | field |
 * | --- | --- | --- |
 * | 0 | 2 | X'C5C3', `EC` in EBCDIC |
 * | 2 | 1 | version, 2 |
 * | 3 | 1 | kind: requests from X'01', their answers with X'80' added, X'FF' for a refusal |
 * | 4 | 4 | length of the payload, big-endian |
 * | 8 | | payload: one record of {@link file://./message-forms.ts} |
 *
 * All options of the MessagePack library stand here and nowhere else. Its record structures are
 * shared: both sides know them from the forms, none ever travels. `pack` and `unpack` are imported
 * by name so that every machine runs the JavaScript build.
 *
 * @module
 */
import { Packr } from 'msgpackr/pack';
import { Unpackr } from 'msgpackr/unpack';
import { MESSAGE_BYTES_MAX } from '../base/limits.ts';
import { done, type Outcome, type ReasonCode, refuse } from '../base/refusal.ts';
import {
  ANSWER_FORMS,
  type MessageForm,
  REFUSAL_TEXT_MAX,
  REQUEST_FORMS,
  SHARED_STRUCTURES,
} from './message-forms.ts';
import type { EcamAnswer, EcamRequest, Refused } from './messages.ts';
import { checkWire, fromWire, toWire } from './wire-form.ts';

/** Bytes before the payload. */
export const FRAME_BYTES = 8;
/** The version of the protocol that this module speaks. */
export const MESSAGE_VERSION = 2;
/**
 * Bytes of an answer. A little more than a request may have, so that an answer which repeats the
 * data sets of a definition always has room for what it says about them.
 */
export const ANSWER_BYTES_MAX = MESSAGE_BYTES_MAX + 4_096;

const MAGIC = 0xc5c3;
const FIX = 'send a message as the protocol describes it';

/** Options of the library, pinned. 32 shared structures are the most that take one byte. */
const PACKING = {
  maxSharedStructures: 32,
  maxOwnStructures: 0,
  useRecords: true,
  mapsAsObjects: false,
  moreTypes: false,
  structuredClone: false,
  copyBuffers: true,
} as const;
const packer = new Packr({ ...PACKING, structures: structures() });
const unpacker = new Unpackr({ ...PACKING, structures: structures() });

/** The bytes of a request. */
export function encodeRequest(request: EcamRequest): Uint8Array {
  return encode(REQUEST_FORMS[request.kind], request);
}

/** The bytes of an answer. Texts of a refusal are cut to their limit and to printable ASCII. */
export function encodeAnswer(answer: EcamAnswer): Uint8Array {
  return encode(ANSWER_FORMS[answer.kind], answer.kind === 'refused' ? printable(answer) : answer);
}

/**
 * The request in a message from outside.
 *
 * @returns A refusal for anything that is not exactly one request of a known version and kind; never
 * throws.
 */
export function decodeRequest(message: Uint8Array): Outcome<EcamRequest> {
  return decode(message, REQUESTS, MESSAGE_BYTES_MAX) as Outcome<EcamRequest>;
}

/** The answer in a message of a subsystem; bytes that are no answer come out as a refusal. */
export function decodeAnswer(message: Uint8Array): EcamAnswer {
  const decoded = decode(message, ANSWERS, ANSWER_BYTES_MAX) as Outcome<EcamAnswer>;
  return decoded.kind === 'done' ? decoded.value : decoded;
}

interface NamedForm extends MessageForm {
  readonly kind: string;
}

const REQUESTS = byCode(REQUEST_FORMS);
const ANSWERS = byCode(ANSWER_FORMS);

function byCode(forms: Readonly<Record<string, MessageForm>>): ReadonlyMap<number, NamedForm> {
  return new Map(Object.entries(forms).map(([kind, form]) => [form.code, { kind, ...form }]));
}

function encode({ code, form }: MessageForm, message: object): Uint8Array {
  const payload = packer.pack(toWire(form, message));
  const bytes = new Uint8Array(FRAME_BYTES + payload.length);
  bytes[0] = MAGIC >>> 8;
  bytes[1] = MAGIC & 0xff;
  bytes[2] = MESSAGE_VERSION;
  bytes[3] = code;
  bytes[4] = payload.length >>> 24;
  bytes[5] = payload.length >>> 16;
  bytes[6] = payload.length >>> 8;
  bytes[7] = payload.length;
  bytes.set(payload, FRAME_BYTES);
  return bytes;
}

function decode(
  message: Uint8Array,
  forms: ReadonlyMap<number, NamedForm>,
  bytesMax: number,
): Outcome<unknown> {
  const { length } = message;
  if (length > bytesMax) {
    return no('MESSAGE_TOO_LARGE', `a message of ${length} bytes`, `at most ${bytesMax} bytes`);
  }
  if (length < FRAME_BYTES) {
    return no('MESSAGE_MALFORMED', `a message of ${length} bytes`, `at least ${FRAME_BYTES} bytes`);
  }
  const view = new DataView(message.buffer, message.byteOffset, length);
  if (view.getUint16(0) !== MAGIC) {
    return no('MESSAGE_MALFORMED', 'bytes without the mark of a message', 'starts with C5C3');
  }
  const version = view.getUint8(2);
  if (version !== MESSAGE_VERSION) {
    return no('MESSAGE_VERSION_UNKNOWN', `version ${version}`, `version ${MESSAGE_VERSION} only`);
  }
  const named = forms.get(view.getUint8(3));
  if (named === undefined) {
    const kinds = [...forms.keys()].map((code) => code.toString(16)).join(', ');
    return no(
      'MESSAGE_KIND_UNKNOWN',
      `kind ${view.getUint8(3).toString(16)}`,
      `one of ${kinds} (hexadecimal)`,
    );
  }
  const told = view.getUint32(4);
  if (told > bytesMax - FRAME_BYTES) {
    return no('MESSAGE_TOO_LARGE', `a payload of ${told} bytes`, `at most ${bytesMax} with frame`);
  }
  if (told !== length - FRAME_BYTES) {
    const what = `${length - FRAME_BYTES} bytes of payload where the frame says ${told}`;
    return no('MESSAGE_MALFORMED', what, 'the payload is as long as the frame says');
  }
  return decodePayload(message.subarray(FRAME_BYTES), named);
}

function decodePayload(payload: Uint8Array, { kind, form }: NamedForm): Outcome<unknown> {
  const fault = checkWire(payload, form);
  if (fault !== undefined) {
    const what = `${kind}${fault.field} at byte ${FRAME_BYTES + fault.offset} ${fault.what}`;
    return no('MESSAGE_MALFORMED', what, 'every field is as the protocol describes it');
  }
  const value = fromWire(form, unpacker.unpack(payload)) as Record<string, unknown>;
  return done({ kind, ...value });
}

function no(code: ReasonCode, what: string, limit: string): Refused {
  return refuse(code, { what, limit, fix: FIX });
}

function printable(refused: Refused): Refused {
  const clean = (text: string): string => text.replace(/[^ -~]/g, '?').slice(0, REFUSAL_TEXT_MAX);
  const { what, limit, fix } = refused;
  return { ...refused, what: clean(what), limit: clean(limit), fix: clean(fix) };
}

/** The library writes into the structures that it is given: each side gets its own. */
function structures(): string[][] {
  return SHARED_STRUCTURES.map((fields) => [...fields]);
}
