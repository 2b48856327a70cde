/** A door on localhost in front of a port, that can be shut: connections through it break, new ones are refused at once. */
import { connect, createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

export interface Gate {
  readonly port: number;
  setOpen(open: boolean): void;
  close(): Promise<void>;
}

export async function openGate(target: number): Promise<Gate> {
  let isOpen = true;
  const sockets = new Set<Socket>();
  const track = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    return socket.on('close', () => sockets.delete(socket));
  };
  const server = createServer((from) => {
    track(from);
    if (!isOpen) return void from.destroy();
    const to = track(connect(target, '127.0.0.1'));
    from.pipe(to).pipe(from);
    from.on('close', () => to.destroy());
    to.on('close', () => from.destroy());
  });
  const shut = () => {
    for (const socket of sockets) socket.destroy();
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    setOpen: (open) => {
      isOpen = open;
      if (!open) shut();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        shut();
      }),
  };
}
