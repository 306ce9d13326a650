import type { Mutation } from './planted.js';

const ROOM = 'workflows/mechanisms/room.ts';

/** Of kind U: what waits keeps out whom it waits for. */
export const notHeard: readonly Mutation[] = [
  {
    kind: 'U',
    name: 'lets as many calls wait as Temporal takes',
    file: 'workflows/mechanisms/messages.ts',
    find: 'if (!isOperators) room.assertFor(message.name);',
    replace: 'void isOperators;',
    foundBy: {
      test: {
        file: 'test/stack/room-for-operators.test.ts',
        name: 'of a void that is not proven, and said again and again',
      },
    },
  },
  {
    kind: 'U',
    name: 'lets calls of one name take the room of all',
    file: ROOM,
    find: 'waiting >= MOST_OF_ONE ||',
    replace: '',
    foundBy: {
      test: {
        file: 'test/workflows/room.test.ts',
        name: 'six of one name wait, and seven in all, so that whatever else is asked for is heard',
      },
    },
  },
  {
    kind: 'U',
    name: 'lets decisions that wait for DOKU keep out one that is forced',
    file: 'workflows/mechanisms/needs-attention.ts',
    find: 'if (!force) this.#room',
    replace: 'this.#room',
    foundBy: {
      test: {
        file: 'test/workflows/room.test.ts',
        name: 'two decisions wait for DOKU to be asked, and one that is forced waits for nobody',
      },
    },
  },
];
