import { once } from 'node:events';
import net from 'node:net';

/** Sends bytes and says nothing more. */
export async function hold(port: number, bytes = '') {
  const socket = net.connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.resume();
  await once(socket, 'connect');
  socket.write(bytes);
  return { socket, closed: once(socket, 'close') };
}

/** Holds so many. @returns how many of them are still open, and what lets go of all. */
export async function holdMany(url: string, times: number) {
  const held: Awaited<ReturnType<typeof hold>>[] = [];
  for (let connections = 0; connections < times; connections += 1)
    held.push(await hold(Number(new URL(url).port), 'POST / HTTP/1.1\r\n'));
  return {
    open: () => held.filter(({ socket }) => !socket.destroyed).length,
    release: () => {
      for (const { socket } of held) socket.destroy();
    },
  };
}
