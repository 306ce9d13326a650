import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { deleteForeignBinaries } from '../../../deploy/image/foreign-binaries.mjs';

/** The first bytes of a native module: its kind and, of ELF, its processor. */
const elf = (machine: number) => {
  const header = Buffer.alloc(64);
  header.write('\x7fELF', 'latin1');
  header.writeUInt16LE(machine, 18);
  return header;
};
const MODULES = {
  'sdk/releases/x86_64-unknown-linux-gnu/index.node': elf(0x3e),
  'sdk/releases/aarch64-unknown-linux-gnu/index.node': elf(0xb7),
  'sdk/releases/aarch64-apple-darwin/index.node': Buffer.from('cffaedfe0c000001', 'hex'),
  'sdk/releases/x86_64-pc-windows-msvc/index.node': Buffer.from('MZ'),
  'sdk/releases/index.js': Buffer.from('module.exports = 1;'),
};

describe('an image holds the native modules of its own system and processor only', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'doku-binaries-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const left = (architecture: string) => {
    for (const [file, content] of Object.entries(MODULES)) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), content);
    }
    deleteForeignBinaries(folder, architecture);
    return Object.keys(MODULES).filter((file) => existsSync(path.join(folder, file)));
  };

  for (const [architecture, kept] of Object.entries({ x64: 'x86_64', arm64: 'aarch64' })) {
    test(`on ${architecture}`, () => {
      const own = `sdk/releases/${kept}-unknown-linux-gnu/index.node`;
      assert.deepEqual(left(architecture), [own, 'sdk/releases/index.js']);
    });
  }

  test('and is made for no processor that the SDK does not know', () => {
    assert.throws(() => left('riscv64'), /no image is made for riscv64/);
  });
});
