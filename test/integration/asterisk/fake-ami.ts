import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';

/** A manager interface on loopback that does what the test says. */
export interface FakeAmi {
  port: number;
  /** By the name of the endpoint; one that is missing is refused. */
  contacts: Map<string, string>;
  registrations: { name: string; status: string }[];
  /** While true it says nothing at all any more, though connections stay open, and new ones can be made. */
  silent: boolean;
  acceptsLogin: boolean;
  /** All that were ever made, and those that are open. */
  made: number;
  open(): number;
  /** What was asked, by the name of the action. */
  asked: string[];
  /** An event that nobody asked for. */
  tell(event: Record<string, string>): void;
  cut(): void;
  close(): Promise<void>;
}

export async function startFakeAmi(): Promise<FakeAmi> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    fake.made += 1;
    sockets.add(socket);
    let rest = '';
    socket.setEncoding('utf8');
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    if (!fake.silent) socket.write('Asterisk Call Manager/11.0.0\r\n');
    socket.on('data', (text) => {
      rest += String(text);
      const messages = rest.split('\r\n\r\n');
      rest = messages.pop() ?? '';
      for (const message of messages) if (!fake.silent) answer(fake, socket, fieldsOf(message));
    });
  });
  const fake: FakeAmi = {
    port: 0,
    contacts: new Map(),
    registrations: [],
    silent: false,
    acceptsLogin: true,
    made: 0,
    open: () => sockets.size,
    asked: [],
    tell: (event) => sockets.forEach((socket) => write(socket, event)),
    cut: () => sockets.forEach((socket) => socket.destroy()),
    async close() {
      fake.cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  fake.port = (server.address() as AddressInfo).port;
  return fake;
}

function answer(fake: FakeAmi, socket: Socket, asked: Record<string, string>): void {
  const { action = '', actionid = '' } = asked;
  fake.asked.push(action);
  const reply = (fields: Record<string, string>): void => write(socket, { ...fields, ActionID: actionid });
  const list = (events: Record<string, string>[]): void => {
    reply({ Response: 'Success', EventList: 'start', Message: 'Following' });
    for (const event of events) reply(event);
    reply({ Event: 'Done', EventList: 'Complete', ListItems: String(events.length) });
  };
  if (action === 'login') {
    if (fake.acceptsLogin) return reply({ Response: 'Success', Message: 'Authentication accepted' });
    reply({ Response: 'Error', Message: 'Authentication failed' });
    socket.end();
    return;
  }
  if (action === 'PJSIPShowRegistrationsOutbound')
    return list(
      fake.registrations.map(({ name, status }) => ({
        Event: 'OutboundRegistrationDetail',
        ObjectName: name,
        Status: status,
      })),
    );
  const status = fake.contacts.get(asked['endpoint'] ?? '');
  if (status === undefined) return reply({ Response: 'Error', Message: 'Unable to retrieve endpoint' });
  list([{ Event: 'EndpointDetail' }, { Event: 'ContactStatusDetail', Status: status }]);
}

function fieldsOf(message: string): Record<string, string> {
  const lines = message.split('\r\n').map((line) => line.split(': '));
  return Object.fromEntries(lines.map(([name = '', ...value]) => [name.toLowerCase(), value.join(': ')]));
}

function write(socket: Socket, fields: Record<string, string>): void {
  socket.write(
    `${Object.entries(fields)
      .map(([name, value]) => `${name}: ${value}`)
      .join('\r\n')}\r\n\r\n`,
  );
}
