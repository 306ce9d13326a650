import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const FILES = ['docker-compose.yml', 'deploy/Dockerfile', 'deploy/image/pin.sh'];
const PULLED = /^(?: *image:|FROM) (\S+:\S+)/gm;

describe('deploy/image/pin.sh', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'doku-pin-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  for (const file of FILES) cpSync(path.join(ROOT, file), path.join(folder, file));
  mkdirSync(path.join(folder, 'bin'));

  /** A registry that answers so. @returns the images of both files, as the script leaves them. */
  const pinnedWith = (answer: string): string[] => {
    const docker = path.join(folder, 'bin', 'docker');
    writeFileSync(docker, `#!/bin/sh\n[ "$2 $3" = 'imagetools inspect' ] || exit 1\n${answer}\n`);
    chmodSync(docker, 0o755);
    const env = { ...process.env, PATH: `${path.dirname(docker)}:${process.env.PATH}` };
    execFileSync('sh', [path.join(folder, 'deploy/image/pin.sh')], { env, stdio: 'pipe' });
    return imagesIn(folder);
  };
  const imagesIn = (root: string) =>
    FILES.slice(0, 2).flatMap((file) =>
      [...readFileSync(path.join(root, file), 'utf8').matchAll(PULLED)].map(
        ([, image = '']) => image,
      ),
    );
  const withDigest = (digest: string) =>
    imagesIn(ROOT).map((image) => `${image.split('@')[0]}@sha256:${digest}`);

  test('gives every image the digest that the registry names, and a newer one in its place', () => {
    for (const digest of ['a'.repeat(64), 'b'.repeat(64)])
      assert.deepEqual(pinnedWith(`echo sha256:${digest}`), withDigest(digest));
    assert.ok(imagesIn(ROOT).length > 4);
  });

  test('has been run: what is pulled is pulled by digest', () => {
    for (const image of imagesIn(ROOT)) assert.match(image, /:[\w.-]+@sha256:[0-9a-f]{64}$/);
  });

  test('writes nothing that is no digest', () => {
    const before = imagesIn(folder);
    for (const answer of ['echo', 'echo sha256:short', 'echo latest', 'exit 1'])
      assert.throws(() => pinnedWith(answer));
    assert.deepEqual(imagesIn(folder), before);
  });

  test('leaves what is built here alone', () => {
    const compose = readFileSync(path.join(folder, 'docker-compose.yml'), 'utf8');
    assert.match(compose, /^ {2}image: doku-journeys$/m);
    const dockerfile = readFileSync(path.join(folder, 'deploy/Dockerfile'), 'utf8');
    assert.match(dockerfile, /^FROM node:\S+@sha256:b{64} AS base$/m);
    assert.match(dockerfile, /^FROM base AS build$/m);
  });
});
