import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type Agent, request } from 'node:http';

/** A server in a process of its own, so that who asks does not take its time. */
export interface Started {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly address: string;
}

/** Starts a program that says as JSON at which address it serves. */
export async function start(words: readonly string[], env: Record<string, string>): Promise<Started> {
  const child = spawn(process.execPath, words, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  for await (const part of child.stdout) {
    said += part;
    if (said.trimEnd().endsWith('}')) break;
  }
  return { child, pid: child.pid ?? 0, address: JSON.parse(said).address };
}

/** An answer, and how long it took from asking to the last byte. Status 0: none came. */
export function ask(
  agent: Agent,
  url: string,
  cookie: string | undefined,
  body?: string,
): Promise<{ status: number; ms: number; text: string }> {
  const began = performance.now();
  const headers = {
    ...(cookie === undefined ? {} : { cookie }),
    ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
  };
  return new Promise((resolve) => {
    const failed = () => resolve({ status: 0, ms: performance.now() - began, text: '' });
    const asking = request(url, { agent, headers, method: body === undefined ? 'GET' : 'POST' }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('error', failed);
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          ms: performance.now() - began,
          text: Buffer.concat(parts).toString('utf8'),
        }),
      );
    });
    asking.on('error', failed);
    asking.end(body);
  });
}

export function rssMb(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kilobytes) / 1000);
}

/** Processor time of a process until now, from the kernel's hundredths of seconds. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
