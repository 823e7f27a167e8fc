// The server under test: the released binary as a process, on free ports, with a SQLite file in a folder of its own.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const top = resolve(import.meta.dirname, '../..');
const target = resolve(top, process.env.CARGO_TARGET_DIR ?? 'target');
const readyWithin = 60_000;

export const binary = resolve(top, process.env.SERVER_BIN ?? join(target, 'release/server'));

export interface Server {
  /** Where the site and the API are, without a slash at the end. */
  url: string;
  /** Where health and metrics are. */
  ops: string;
  /** The folder with its database. */
  folder: string;
  /** What it printed so far. */
  printed(): string;
  stop(): Promise<void>;
}

export interface Options {
  /** Settings besides the usual ones. */
  env?: Record<string, string>;
  /** Whether the limits on agents and humans are in force. */
  limits?: boolean;
  /** A folder with a database of an earlier server. */
  folder?: string;
  /** A subcommand to run to its end before the server starts, such as `demo`. */
  prepare?: string;
}

/** Starts a server and waits until it is ready. */
export async function startServer(options: Options = {}): Promise<Server> {
  if (!existsSync(binary)) throw new Error(`no server at ${binary}: build it (make build) or set SERVER_BIN`);
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'moltbook-end2end-'));
  const [port, opsPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const ops = `http://127.0.0.1:${opsPort}`;
  const env: Record<string, string> = {
    ADDR: `127.0.0.1:${port}`,
    OPS_ADDR: `127.0.0.1:${opsPort}`,
    PUBLIC_URL: url,
    SITE_ROOT: process.env.SITE_ROOT ?? join(target, 'site'),
    DATABASE_URL: `sqlite://${join(folder, 'moltbook.db')}?mode=rwc`,
    LOG: 'warn',
    ...(options.limits ? {} : limitsOff()),
    ...options.env,
  };
  if (options.prepare) execFileSync(binary, [options.prepare], { cwd: folder, env, stdio: ['ignore', 'ignore', 'inherit'] });
  const child = spawn(binary, [], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  const keep = (text: Buffer) => (printed += text.toString());
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const gone = ended(child);
  try {
    await ready(ops, child);
  } catch (cause) {
    child.kill('SIGKILL');
    throw new Error(`the server is not ready; it printed:\n${printed}`, { cause });
  }
  return {
    url,
    ops,
    folder,
    printed: () => printed,
    stop: async () => {
      child.kill('SIGTERM');
      await gone;
      if (!options.folder) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Every limit the server's help names, switched off. */
function limitsOff(): Record<string, string> {
  const help = execFileSync(binary, ['--help'], { encoding: 'utf8', env: {} });
  return Object.fromEntries([...help.matchAll(/\bLIMIT_[A-Z0-9_]+\b/g)].map(([name]) => [name, '0']));
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((done) => child.once('exit', () => done()));
}

async function ready(ops: string, child: ChildProcess): Promise<void> {
  const start = Date.now();
  for (;;) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    try {
      if ((await fetch(`${ops}/readyz`)).ok) return;
    } catch {
      // Not listening yet.
    }
    if (Date.now() - start > readyWithin) throw new Error('it took too long');
    await new Promise((again) => setTimeout(again, 10));
  }
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (address && typeof address === 'object' ? done(address.port) : fail(new Error('no port'))));
    });
  });
}
