import {
  type Command,
  type ExitCode,
  exitCodes,
  type Terminal,
  textOption,
} from '../../platform/cli/index.ts';
import { openProduct, type Product } from '../product.ts';
import { type RunningServer, serve } from '../serve.ts';

export const serveCommand: Command = {
  name: 'serve',
  summary: 'Serves the pages.',
  access: { as: 'operator', because: 'starts the server, which asks everybody to sign in' },
  usage: 'serve [--demo]',
  teach: `
Serves on PORT (default 3000) and HOST (default 127.0.0.1). Ends with Ctrl-C, and everything it started with it.
Without DATABASE_URL it uses the PostgreSQL in the data folder, and starts it if nobody else has.

A new database with DATABASE_URL is for live use: people sign in through OIDC_ISSUER only. --demo makes a new one for
demonstration instead, with made-up people to sign in as. What a database is for cannot be changed later.`,
  options: { demo: { type: 'boolean' } },
  async run(given, terminal) {
    const demo = given.options.demo === true ? { demo: true } : {};
    const product = await openProduct({ home: textOption(given, 'home'), ...demo });
    return await serveUntilStopped(product, terminal, (server) => `Neighbourhold is at ${server.address}`);
  },
};

/** Serves until a signal asks to stop, then stops in order. The product is closed at the end, also when serving fails. */
export async function serveUntilStopped(
  product: Product,
  terminal: Terminal,
  greeting: (server: RunningServer) => string,
): Promise<ExitCode> {
  const server = await serve(product);
  const stopped = product.interrupted.awaited();
  terminal.result({ address: server.address, pid: process.pid }, () => greeting(server));
  await stopped;
  terminal.say('Stopping.');
  await server.close();
  return exitCodes.done;
}
