import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import fastify from 'fastify';
import { boundConnections } from '../../../worker/doors/connections.js';
import { eventually } from '../../setting/shop.js';

const GET = 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n';
const LONG = Buffer.alloc(32 * 1024 * 1024, 'x');

/** A door that holds back its answers until it is told, and counts them. */
async function doorOf(answer: () => Promise<string | Buffer>, most = 100) {
  const server = fastify();
  boundConnections(server, most);
  let asked = 0;
  server.get('/', () => {
    asked += 1;
    return answer();
  });
  const port = Number(new URL(await server.listen({ host: '127.0.0.1', port: 0 })).port);
  const opened = async (bytes: string) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    await once(socket, 'connect');
    socket.write(bytes);
    return socket;
  };
  return { server, opened, asked: () => asked };
}

test('whoever asks a hundred times at once over one connection is let go, and asked of for nothing', async () => {
  const never = new Promise<string>(() => {});
  const { server, opened, asked } = await doorOf(() => never);
  try {
    let parsed = 0;
    server.server.on('request', () => {
      parsed += 1;
    });
    const socket = await opened(GET.repeat(100));
    const hasEnded = once(socket.resume(), 'close').then(() => true);
    assert.ok(await Promise.race([hasEnded, pause(5_000, false)]), 'it is not let go');
    assert.ok(asked() <= 2, `${asked()} were answered`);
    assert.ok(parsed <= 2, `Node made ${parsed} requests of it`);
  } finally {
    server.server.closeAllConnections();
    await server.close();
  }
});

test('whoever asks again as soon as it has its answer is answered each time', async () => {
  const { server, opened, asked } = await doorOf(async () => 'yes');
  try {
    const socket = await opened(GET);
    let said = '';
    socket.setEncoding('utf8').on('data', (data: string) => {
      said += data;
      const answers = said.split('yes').length - 1;
      if (answers === asked()) answers < 50 ? socket.write(GET) : socket.end();
    });
    await once(socket, 'close');
    assert.equal(asked(), 50);
  } finally {
    await server.close();
  }
});

test('connections whose answers nobody reads give way, too', async () => {
  const { server, opened, asked } = await doorOf(async () => LONG, 3);
  try {
    const unread: Socket[] = [];
    for (let held = 0; held < 6; held += 1) {
      unread.push((await opened(GET)).pause());
      await eventually(
        async () => asked(),
        (seen) => seen > held,
      );
    }
    const last = await opened(GET.replace('Host', 'Connection: close\r\nHost'));
    const said = await Promise.race([text(last), pause(5_000, 'nothing')]);
    assert.ok(said.startsWith('HTTP/1.1 200'), said.slice(0, 100));
    for (const socket of unread) socket.destroy();
  } finally {
    server.server.closeAllConnections();
    await server.close();
  }
});
