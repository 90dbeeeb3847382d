/** Somebody who works on the caseload of a running product, through its pages. */
export interface AtWork {
  /** Takes the nth person of the list on. Resolves to the entry's number. */
  takeOn(n: number): Promise<number>;
  /** Writes the next step of an entry. Resolves to whether the product said that it is done. */
  nextStep(item: number, text: string): Promise<boolean>;
  get(path: string): Promise<{ status: number; html: string }>;
  /** Sends files. Resolves to the number of the import that was acknowledged. */
  upload(files: Readonly<Record<string, string>>): Promise<number>;
  /** The same, whatever the product answers. */
  tryUpload(files: Readonly<Record<string, string>>): Promise<{ status: number; html: string }>;
}

export async function signInAt(address: string, persona = 'int_lead'): Promise<AtWork> {
  const entered = await fetch(`${address}/sign-in/demo`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ persona, next: '/' }),
  });
  const cookie = entered.headers.get('set-cookie')?.split(';')[0];
  if (!cookie) throw new Error(`${persona} cannot sign in: ${entered.status}`);
  const ask = (path: string, more: RequestInit = {}) =>
    fetch(`${address}${path}`, {
      redirect: 'manual',
      ...more,
      headers: { cookie, connection: 'close' },
      signal: AbortSignal.timeout(30_000),
    });
  const get = async (path: string) => {
    const answer = await ask(path);
    return { status: answer.status, html: await answer.text() };
  };
  const token = first(/name="_csrf" value="([^"]+)"/, (await get('/')).html);
  const post = async (path: string, fields: Record<string, string>) => {
    const answer = await ask(path, {
      method: 'POST',
      body: new URLSearchParams({ _csrf: token, ...soon(), ...fields }),
    });
    await answer.arrayBuffer();
    return answer.status === 303;
  };
  const send = async (files: Readonly<Record<string, string>>) => {
    const form = new FormData();
    form.append('_csrf', token);
    for (const [name, content] of Object.entries(files)) form.append('files', new Blob([content]), name);
    return await ask('/imports', { method: 'POST', body: form });
  };
  return {
    get,
    async takeOn(n) {
      const list = (await get('/people')).html;
      const people = [...list.matchAll(/href="(\/people\/[0-9a-f-]{36})"/g)].map((match) => match[1] ?? '');
      const person = people[n] ?? '';
      const form = (await get(`${person}/take-on`)).html;
      const lead = first(/name="lead" type="radio" value="([^"]+)"/, form);
      if (!(await post(`${person}/take-on`, { lead, reason: 'Falls, twice', nextStep: 'Ring them' })))
        throw new Error('nobody was taken on');
      return Number(first(/href="\/caseload\/(\d+)"/, (await get(person)).html));
    },
    nextStep: (item, nextStep) => post(`/caseload/${item}/next-step`, { nextStep }),
    async upload(files) {
      const answer = await send(files);
      await answer.arrayBuffer();
      return Number(first(/^\/imports\/(\d+)$/, answer.headers.get('location') ?? ''));
    },
    async tryUpload(files) {
      const answer = await send(files);
      return { status: answer.status, html: await answer.text() };
    },
  };
}

function first(pattern: RegExp, text: string): string {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`the page has nothing like ${pattern}`);
  return found;
}

function soon(): Record<string, string> {
  const day = new Date(Date.now() + 7 * 86_400_000);
  return {
    'due-day': String(day.getUTCDate()),
    'due-month': String(day.getUTCMonth() + 1),
    'due-year': String(day.getUTCFullYear()),
  };
}
