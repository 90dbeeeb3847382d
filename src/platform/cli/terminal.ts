/**
 * Where a verb speaks. Results go to standard output, everything else to standard error, so that
 * `neighbourhold ... --json | jq` always works.
 */
export interface Terminal {
  /** The result: printed as JSON with --json, else in the words of `text`. */
  result(value: unknown, text: () => string): void;
  /** Something that a person who waits wants to know once. */
  say(line: string): void;
  /** What is being done now; replaces itself on a screen, is thinned out in a log. */
  progress(what: string): void;
  /** Reads all of standard input as one line of text: for what may not stand in an argument. */
  readSecretLine(): Promise<string>;
}

const SECONDS_BETWEEN_LINES = 5;

export function openTerminal(json: boolean): Terminal {
  const screen = process.stderr.isTTY === true;
  let shown = 0;
  let lastLine = 0;
  const clear = () => {
    if (shown > 0) process.stderr.write(`\r${' '.repeat(shown)}\r`);
    shown = 0;
  };
  return {
    result(value, text) {
      clear();
      process.stdout.write(json ? `${JSON.stringify(value, null, 2)}\n` : `${text()}\n`);
    },
    say(line) {
      clear();
      process.stderr.write(`${line}\n`);
    },
    progress(what) {
      if (screen) {
        const line = what.slice(0, (process.stderr.columns ?? 80) - 1);
        process.stderr.write(`\r${line.padEnd(shown)}`);
        shown = Math.max(shown, line.length);
        return;
      }
      if (Date.now() - lastLine < SECONDS_BETWEEN_LINES * 1000) return;
      lastLine = Date.now();
      process.stderr.write(`${what}\n`);
    },
    async readSecretLine() {
      const chunks: Buffer[] = [];
      for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString('utf8').trim();
    },
  };
}
