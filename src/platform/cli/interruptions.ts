const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Being asked to end: Ctrl-C, `kill`, a terminal that closes. */
export interface Interruptions {
  /** From now on the caller ends things in order itself: resolves at the next signal instead of ending the process. */
  awaited(): Promise<void>;
  /** From now on signals end the process as they always do. */
  ignore(): void;
}

let ending = false;

/** Whether the process is about to end because it was asked to: what fails from then on is no fault. */
export function isInterrupted(): boolean {
  return ending;
}

/**
 * Ends the process when it is asked to, after `leave` has given up what outlives a process. A second signal ends it
 * without waiting. The exit code is the one that shells give to the signal.
 */
export function interruptions(leave: () => Promise<void>): Interruptions {
  const listeners = new Map<string, () => void>();
  const ignore = () => {
    for (const [signal, listener] of listeners) process.off(signal, listener);
    listeners.clear();
  };
  const listen = (onSignal: (code: number) => void) => {
    ignore();
    for (const [signal, code] of Object.entries(SIGNALS)) {
      const listener = () => {
        ignore();
        onSignal(code);
      };
      listeners.set(signal, listener);
      process.on(signal, listener);
    }
  };
  listen((code) => {
    ending = true;
    leave().then(
      () => process.exit(code),
      () => process.exit(code),
    );
  });
  return { ignore, awaited: () => new Promise((resolve) => listen(() => resolve())) };
}
