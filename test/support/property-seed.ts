import fc from 'fast-check';

// Property tests draw the same examples in every run, so that a failure is of the change that is tested. To look for
// what they have not met yet, draw others: PROPERTY_SEED=random npx vitest run --project unit.
const asked = process.env.PROPERTY_SEED ?? '20261122';
if (asked !== 'random') fc.configureGlobal({ seed: Number(asked) });
