import { isUtf8 } from 'node:buffer';
import { InvalidRowsError } from '../errors.js';

const BOM = '\u{feff}';
const REPLACEMENT = '\u{fffd}';
const SAVE = 'save it as "CSV UTF-8"';
/** No letter in Windows-1252, which has one for all other bytes. */
const NOT_IN_WINDOWS_1252 = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);

/**
 * The text of a CSV file, without its byte order mark.
 *
 * @param csv - the file's bytes, or its text as something else has decoded it.
 * @throws InvalidRowsError saying where it is not UTF-8, or what it is instead.
 */
export function decodedCsv(csv: string | Uint8Array): string {
  if (typeof csv !== 'string' && isUtf16(csv))
    throw at('', 0, `is UTF-16, such as Excel's "Unicode Text": ${SAVE}`);
  const text = typeof csv === 'string' ? csv : new TextDecoder().decode(csv);
  const damage = text.indexOf(REPLACEMENT);
  if (damage >= 0) throw at(text, damage, kindOf(csv, text));
  const nul = text.indexOf('\0');
  if (nul >= 0) throw at(text, nul, `holds a NUL, which no text does: ${SAVE}`);
  return text.startsWith(BOM) ? text.slice(1) : text;
}

/** By its byte order mark, or by the zeros that every other byte of plain letters is. */
function isUtf16(bytes: Uint8Array): boolean {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  return bytes.length > 1 && (first === 0) !== (second === 0);
}

/** One letter beyond ASCII that is right UTF-8, and the rest is a damage to it. */
function kindOf(csv: string | Uint8Array, text: string): string {
  if (typeof csv === 'string' || isUtf8(csv))
    return 'holds what is no letter: the file was read as UTF-8, and is not; pass its bytes to learn what it is';
  const hasUtf8 = [...text].some((letter) => letter > '\x7f' && letter !== REPLACEMENT);
  return hasUtf8 || csv.some((byte) => NOT_IN_WINDOWS_1252.has(byte))
    ? `holds bytes that are not UTF-8: ${SAVE}`
    : `is Windows-1252, such as Excel's plain "CSV": ${SAVE}`;
}

/** By line and by character within it, as editors count. */
function at(text: string, offset: number, message: string): InvalidRowsError {
  const before = text.slice(0, offset).split(/\r\n|\n|\r/);
  const place = [...(before.at(-1) ?? '').replace(BOM, '')].length + 1;
  return new InvalidRowsError([{ row: before.length, column: `character ${place}`, message }]);
}
