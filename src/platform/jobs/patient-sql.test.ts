import { describe, expect, test } from 'vitest';
import { mayPass, patientSql } from './patient-sql.ts';

const broken = () => new Error('Connection terminated unexpectedly');
const said = (code: string) => Object.assign(new Error('...'), { severity: 'FATAL', code });

describe('an error of the job queue', () => {
  test.each<[string, Error, boolean]>([
    ['of a connection that broke', broken(), true],
    ['of a server that is not there', Object.assign(new Error('...'), { code: 'ENOENT' }), true],
    ['of a server that was killed', said('57P02'), true],
    ['of a server that starts', said('57P03'), true],
    ['of a full disk', said('53100'), true],
    ['of too many connections', said('53300'), true],
    ['of a statement that is wrong', said('42601'), false],
    ['of a statement that took too long', said('57014'), false],
    ['of a row that is there already', said('23505'), false],
  ])('%s', (_, error, passes) => {
    expect(mayPass(error)).toBe(passes);
  });

  test('that passes is waited for', async () => {
    const answers = [broken(), said('57P03'), { rows: [1] }];
    const send = async () => {
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer ?? { rows: [] };
    };
    expect(await patientSql(send, () => false, [0])('select', [])).toEqual({ rows: [1] });
  });

  test('that is a fault is told at once', async () => {
    const send = async () => {
      throw said('42601');
    };
    await expect(patientSql(send, () => false, [0])('select', [])).rejects.toMatchObject({ code: '42601' });
  });

  test('after the queue has stopped is told to nobody', async () => {
    const send = async () => {
      throw broken();
    };
    const waiting = patientSql(send, () => true, [0])('select', []);
    const first = await Promise.race([waiting, new Promise((resolve) => setTimeout(resolve, 50, 'nothing'))]);
    expect(first).toBe('nothing');
  });
});
