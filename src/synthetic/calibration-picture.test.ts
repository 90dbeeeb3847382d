import { describe, expect, test } from 'vitest';
import type { Calibrated } from './calibration.ts';
import { calibrationPicture } from './calibration-picture.ts';

const row: Calibrated = {
  oracle: 'O0',
  what: 'one & another',
  unit: '%',
  target: 50,
  tolerance: 1,
  measured: 50,
  allowed: 1,
  met: true,
  source: 'strategy',
};

describe('the picture of a calibration', () => {
  test('has a disc in the middle for what is as it should be, and says it in numbers', () => {
    const picture = calibrationPicture([row]);
    expect(picture).toContain('<circle cx="530"');
    expect(picture).toContain('50.00 for 50 ±1');
    expect(picture).toContain('one &amp; another');
  });

  test('has a cross outside the band for what is not', () => {
    const picture = calibrationPicture([{ ...row, measured: 48.9, met: false }]);
    expect(picture).not.toContain('<circle');
    expect(picture).toContain('<path d="M444 ');
  });

  test('leaves out what is no percentage, and what was not measured', () => {
    const picture = calibrationPicture([
      { ...row, unit: '' },
      { ...row, measured: null, met: null },
      { ...row, tolerance: null },
    ]);
    expect(picture).not.toMatch(/<circle|O0/);
  });
});
