import type { StartContender } from '../contender.js';
import { peerEnvironment } from '../peers/setting.js';
import { Program } from '../program.js';
import { behindDoor } from './behind-door.js';

/** The floor, in a process of its own as all others are. */
export const startBare: StartContender = async (site, { pollMs = 3_000, profileFolder } = {}) =>
  behindDoor(
    'bare',
    await Program.start({
      args: ['--import', 'tsx', 'bench/peers/bare.ts'],
      environment: peerEnvironment(site, pollMs),
      isReady: (line) => line.startsWith('{'),
      ...(profileFolder && { profileFolder }),
    }),
  );
