import { defineConfig } from 'vitest/config';

// Three kinds of test, told apart by name so that each can be run alone:
//   *.test.ts          rules and values, in memory, no server
//   *.db.test.ts       commands and queries, on a real PostgreSQL (one server per run, one database per file)
//   *.journey.test.ts  people in a real browser on a running product
export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'src/**/*.test.tsx', 'test/**/*.test.ts'],
          exclude: ['**/*.db.test.ts', '**/*.journey.test.ts'],
        },
      },
    ],
  },
});
