import { defineConfig } from 'vitest/config';

// Three kinds of test, told apart by name so that each can be run alone (`npx vitest run --project unit`):
//   *.test.ts          rules and values, in memory, no server
//   *.db.test.ts       commands and queries, on a real PostgreSQL (one server per run, one database per file)
//   *.journey.test.ts  people in a real browser on a running product
const database = ['src/**/*.db.test.ts', 'test/**/*.db.test.ts'];
const journeys = ['test/journeys/*.journey.test.ts'];

export default defineConfig({
  test: {
    // As many files at a time as there are processors: unless told, one is left idle, which of two is half.
    maxWorkers: '100%',
    // Files of one worker share what they import, which takes a quarter of the time. No test changes a module for good:
    // what one puts in the place of something it puts back.
    isolate: false,
    setupFiles: ['test/support/property-seed.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          // Properties take seconds on a busy machine; a test is never a measurement of time.
          testTimeout: 60_000,
          include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.ts'],
          exclude: [...database, ...journeys],
        },
      },
      {
        extends: true,
        test: {
          name: 'database',
          include: database,
          globalSetup: 'test/support/database-server.ts',
          // Whole servers begin and end in these, two at a time: on a busy machine a minute is not enough.
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'journeys',
          include: journeys,
          globalSetup: 'test/support/database-server.ts',
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
