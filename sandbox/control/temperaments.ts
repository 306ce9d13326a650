import type { FastifyInstance } from 'fastify';
import type { Doku } from '../doku/index.js';
import { temperamentSchema } from '../temperaments/schema.js';
import { found, read } from './input.js';

export function temperaments(scope: FastifyInstance, doku: Doku): void {
  scope.get('/temperaments', async () => ({
    temperaments: doku.temperaments.list(),
    // What DOKU still works on, and all it will do later by itself.
    working: doku.works.size,
    later: doku.agenda.size,
  }));
  scope.post('/temperaments', async (request) =>
    doku.temperaments.add(read(temperamentSchema, request.body)),
  );
  scope.delete('/temperaments', async () => {
    doku.temperaments.reset();
    return {};
  });
  scope.delete('/temperaments/:id', async (request) => {
    const { id } = request.params as { id: string };
    return found(doku.temperaments.remove(id), 'temperament');
  });
}
