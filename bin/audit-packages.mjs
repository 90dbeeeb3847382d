// Asks the package registry whether anything that runs in the product has a known fault.
import { spawnSync } from 'node:child_process';
import { root } from './prepare.mjs';

const WORST = ['high', 'critical'];

/**
 * Ends the program when a package that runs in the product has a known fault of high or critical severity. A registry
 * that does not answer says nothing: that is told, and is no failure, because tests also run where there is no network.
 */
export function auditPackages() {
  const asked = spawnSync('npm', ['audit', '--omit=dev', '--json'], {
    cwd: root,
    encoding: 'utf8',
    timeout: 60_000,
    shell: process.platform === 'win32',
  });
  const answer = readAnswer(asked.stdout);
  if (!answer) {
    console.error(
      'The package registry gave no answer: whether a package has a known fault was not checked.',
    );
    return;
  }
  const faults = Object.values(answer).filter(({ severity }) => WORST.includes(severity));
  if (faults.length === 0) {
    console.error('No package that runs in the product has a known fault of high or critical severity.');
    return;
  }
  for (const { name, severity, range } of faults) console.error(`${name} ${range}: ${severity}`);
  console.error('npm audit says more. Update the package, or record in docs/decisions why it may stay.');
  process.exit(1);
}

function readAnswer(text) {
  try {
    return JSON.parse(text).vulnerabilities ?? null;
  } catch {
    return null;
  }
}
