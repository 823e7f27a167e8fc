// What a server was told and must not keep: its own keys, links and codes, and the passwords of this suite.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { admin } from './human.ts';

/** In full: the beginning of a key is shown to its owner, and kept. */
const secrets = new RegExp(String.raw`moltbook_(?:sk|claim|invite|verify|whsec)_[\w-]{20,}|moltdev_[\w-]{20,}|tidal pool \d+ \d+|${admin.password}`, 'g');

/** Every secret in the log of a server and in the files of its database, free pages and the write-ahead log included. */
export function secretsKept(log: string, folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const kept = files.map((file) => ({ place: file.name, text: readFileSync(join(file.parentPath, file.name), 'latin1') }));
  return [{ place: 'the log', text: log }, ...kept].flatMap(({ place, text }) => [...text.matchAll(secrets)].map(([secret]) => `${place}: ${secret}`));
}
