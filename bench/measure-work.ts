/** What a piece of work took: seconds by the clock and of processors, and the process's memory at its highest. */
export interface Spent {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMemoryMb: number;
}

const MEMORY_LOOKS_MS = 100;

export async function measureWork(work: () => Promise<unknown>): Promise<Spent> {
  let peak = 0;
  const look = () => {
    peak = Math.max(peak, process.memoryUsage.rss());
  };
  const looking = setInterval(look, MEMORY_LOOKS_MS);
  const cpu = process.cpuUsage();
  const began = performance.now();
  try {
    await work();
    const seconds = (performance.now() - began) / 1000;
    const used = process.cpuUsage(cpu);
    look();
    return {
      seconds: tenths(seconds),
      cpuSeconds: tenths((used.user + used.system) / 1e6),
      peakMemoryMb: Math.round(peak / 1e6),
    };
  } finally {
    clearInterval(looking);
  }
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
