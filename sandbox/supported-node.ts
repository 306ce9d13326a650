/**
 * Ends a program on a Node that is too old for it. Imported for its effect, before all else that a program imports: what
 * comes after might break there in words that nobody understands.
 *
 * @module
 */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 3)) {
  process.stderr.write(`sandbox: Node 20.3 or later is needed; this is ${process.versions.node}\n`);
  process.exit(1);
}

export {};
