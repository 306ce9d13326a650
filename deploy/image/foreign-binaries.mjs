/**
 * `node deploy/image/foreign-binaries.mjs FOLDER`: deletes native modules of other systems and processors than the one it
 * runs on from a folder of packages. Temporal's SDK brings five, of which an image runs one.
 *
 * @module
 */
import { closeSync, openSync, readdirSync, readSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** e_machine of ELF, at byte 18: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html */
const ELF_MACHINE = { x64: 0x3e, arm64: 0xb7 };
const HEADER_BYTES = 20;

/** @param {string} file @returns {Buffer} */
function headerOf(file) {
  const header = Buffer.alloc(HEADER_BYTES);
  const descriptor = openSync(file, 'r');
  readSync(descriptor, header);
  closeSync(descriptor);
  return header;
}

/** @param {Buffer} header of a native module @param {string} architecture as Node names it */
export function isOfLinux(header, architecture) {
  const isElf = header.subarray(0, 4).equals(Buffer.from('\x7fELF', 'latin1'));
  return isElf && header.readUInt16LE(18) === ELF_MACHINE[architecture];
}

/**
 * @param {string} folder
 * @param {string} architecture as Node names it
 * @returns {string[]} what was deleted, by its place in the folder
 */
export function deleteForeignBinaries(folder, architecture = process.arch) {
  if (!(architecture in ELF_MACHINE)) throw new Error(`no image is made for ${architecture}`);
  const foreign = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.node') && !isOfLinux(headerOf(path.join(folder, file)), architecture),
  );
  for (const file of foreign) rmSync(path.join(folder, file));
  return foreign.sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) throw new Error('give the folder of the packages');
  for (const file of deleteForeignBinaries(folder)) process.stdout.write(`deleted ${file}\n`);
}
