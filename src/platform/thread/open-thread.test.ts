import { expect, test } from 'vitest';
import { Refusal } from '../../kernel/index.ts';
import { openThread } from './open-thread.ts';

// What a built thread says, said by hand: threads of tests cannot load our sources.
const script = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort, workerData } from 'node:worker_threads';
    parentPort.on('message', ({ id, question, stop }) => {
      if (stop) parentPort.postMessage({ id, error: 'stopped' });
      else if (question === 'for ever') return;
      else if (question === 'end') process.exit(1);
      else if (question === 'refuse')
        parentPort.postMessage({ id, refused: { code: 'no', because: 'It is so.', remedy: 'Ask again.' } });
      else if (question === 'fail') parentPort.postMessage({ id, error: 'a wheel came off' });
      else parentPort.postMessage({ id, answer: workerData + question });
    });`)}`,
);

test('a thread answers, refuses, fails, and is replaced when it ends', async () => {
  const thread = openThread<string, string>({ script, data: 'you said ', failed: 'No answer' });
  expect(await Promise.all([thread.ask('one'), thread.ask('two')])).toEqual(['you said one', 'you said two']);
  const refused = await thread.ask('refuse').catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(Refusal);
  expect(refused).toMatchObject({ code: 'no', message: 'It is so.', remedy: 'Ask again.' });
  await expect(thread.ask('fail')).rejects.toThrow('No answer: a wheel came off');
  const open = [thread.ask('end'), thread.ask('three')];
  expect(thread.waiting).toBe(2);
  for (const each of open) await expect(each).rejects.toThrow('No answer: its thread ended');
  expect(thread.waiting).toBe(0);
  expect(await thread.ask('four')).toBe('you said four');
  await thread.close();
});

test('a question that nobody wants answered any more is ended there, and the next is answered', async () => {
  const thread = openThread<string, string>({ script, data: 'you said ', failed: 'No answer' });
  const stop = new AbortController();
  const asked = thread.ask('for ever', stop.signal);
  stop.abort('the reader has left');
  await expect(asked).rejects.toBe('the reader has left');
  expect(thread.waiting).toBe(0);
  await expect(thread.ask('one', stop.signal)).rejects.toBe('the reader has left');
  expect(await thread.ask('two', new AbortController().signal)).toBe('you said two');
  await thread.close();
});
