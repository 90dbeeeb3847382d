import { parse as parseQuery } from 'node:querystring';
import { z } from 'zod';
import { formatInstant, NotFound, NotPermitted, Refusal } from '../../kernel/index.ts';
import { forgetKept, type KeptText, readKept } from '../auth/index.ts';
import { type Chrome, currentSection } from './components/chrome.ts';
import { InsetText, NotificationBanner, Page, PageHeading } from './components/index.ts';
import { parseAddress, typedFields } from './form-fields.ts';
import { type Answer, allow, type RouteShape, type Visit, type Web } from './web.ts';

/** A form, whatever it takes. */
export type AnyShape = RouteShape<z.ZodType, z.ZodType, z.ZodType>;

/** Why a text stands in its form again, by why it was kept. */
const WHY: Record<KeptText['why'], string> = {
  conflict: 'Somebody else wrote in the same place, and this text of yours was not saved.',
  signed_out: 'You typed this before your session ended. It is not saved yet.',
  typing: 'You typed this, and did not save it.',
};

const params = z.object({ id: z.uuid() });
const mayRead = () => allow('it is what they typed themselves');

/** What somebody typed and could not save, in the form that they typed it in: to save it now, to copy it, or to throw it away. */
export function keptRoutes(web: Web, forms: readonly AnyShape[]): void {
  const find = async ({ tx, by, params: { id } }: Visit<{ id: string }>) => {
    const kept = (await readKept(tx, by)).find((each) => each.id === id);
    if (kept) return kept;
    throw new NotFound(
      'This text is not kept any more: it was saved, or thrown away.',
      'Open the page on which you typed it.',
    );
  };
  web.route({
    method: 'GET',
    url: '/kept/:id',
    may: mayRead,
    params,
    handle: async (visit) => {
      const kept = await find(visit);
      const { id, at, fields } = kept;
      const chrome = { ...visit.chrome, kept: { id, at, words: wordsIn(fields) } };
      try {
        return await formAgain({ ...visit, chrome }, kept, forms);
      } catch (error) {
        if (error instanceof Refusal)
          return { page: <CopyPage chrome={chrome} refusal={error} words={[]} /> };
        throw error;
      }
    },
  });
  web.route({
    method: 'POST',
    url: '/kept/:id/throw-away',
    may: mayRead,
    params,
    handle: async (visit) => {
      const { address, form } = await find(visit);
      await forgetKept(visit.tx, { by: visit.by, address, form });
      return { redirect: '/' };
    },
  });
}

/** The form as it comes back when it is refused, with what was kept of it. Throws what the form itself refuses. */
async function formAgain(visit: Visit, kept: KeptText, forms: readonly AnyShape[]): Promise<Answer> {
  const [path = '', query = ''] = kept.address.split('?', 2);
  const found = formAt(forms, path);
  if (!found?.form.again) throw new NotFound('The page on which you typed this is not there any more.');
  const { form } = found;
  const permission = form.may(visit.by);
  if (!permission.allowed) throw new NotPermitted(permission.because);
  const refusal = new Refusal({
    code: 'not_saved_yet',
    because: WHY[kept.why],
    remedy: 'Look through it, and send it now.',
  });
  const answer = await found.form.again?.(
    {
      ...visit,
      params: parseAddress(form.params, found.params),
      query: parseAddress(form.query, typedFields(parseQuery(query))),
      body: kept.fields,
      url: kept.address,
      because: permission.because,
      chrome: { ...visit.chrome, path },
    },
    { errors: [], refusal },
  );
  // Nothing was refused: the page is as it was asked for.
  return answer && 'page' in answer ? { page: answer.page } : { redirect: '/' };
}

/** The form that is sent to an address, and what its pattern takes from it. The one with the fewest parameters counts. */
function formAt(forms: readonly AnyShape[], path: string) {
  const parts = path.split('/');
  const isParameter = (part: string) => part.startsWith(':');
  const all = forms
    .map((form) => ({ form, pattern: form.url.split('/') }))
    .filter(
      ({ pattern }) =>
        pattern.length === parts.length &&
        pattern.every((part, place) => isParameter(part) || part === parts[place]),
    )
    .sort((a, b) => a.pattern.filter(isParameter).length - b.pattern.filter(isParameter).length);
  const [found] = all;
  return (
    found && {
      form: found.form,
      params: Object.fromEntries(
        found.pattern.flatMap((part, place) =>
          isParameter(part) ? [[part.slice(1), decodeURIComponent(parts[place] ?? '')]] : [],
        ),
      ),
    }
  );
}

/** Of all fields of a form what a person wrote: no numbers, no addresses, and no names of choices. */
export function wordsIn(fields: KeptText['fields']): string[] {
  return Object.entries(fields).flatMap(([name, text]) => {
    const isOurs = name.startsWith('_') || /^[a-z0-9_:,.-]*$/.test(text) || /^[/?]/.test(text);
    return !isOurs && /\p{L}/u.test(text) ? [text] : [];
  });
}

/** A form in which nothing that a person wrote stands has nothing that is not saved. */
export async function nothingWritten({ body }: { readonly body: KeptText['fields'] }): Promise<boolean> {
  return wordsIn(body).length === 0;
}

/**
 * What somebody wrote in a form, where it is refused because what it is about is not theirs to see any more. It shows
 * their own words and nothing else: not whom they wrote about, and nothing that anybody else wrote. Throws the
 * refusal where there are no words.
 */
export function unsavedOr(chrome: Chrome, fields: KeptText['fields'], refusal: Refusal): Answer {
  const words = wordsIn(fields);
  if (words.length === 0) throw refusal;
  return {
    page: <CopyPage chrome={chrome} refusal={refusal} words={words} />,
    status: refusal instanceof NotPermitted ? 403 : 404,
  };
}

function CopyPage(props: { chrome: Chrome; refusal: Refusal; words: readonly string[] }) {
  const { chrome, refusal, words } = props;
  return (
    <Page title="Your text was not saved" chrome={chrome} width="reading">
      <PageHeading>Your text was not saved</PageHeading>
      <p>{refusal.message}</p>
      <p>{refusal.remedy}</p>
      {words.length > 0 && (
        <>
          <p>This is what you typed. Copy what you need: it is kept nowhere else.</p>
          {words.map((text) => (
            <InsetText key={text}>
              <p class="app-said">{text}</p>
            </InsetText>
          ))}
        </>
      )}
      <p>
        <a href="/">Go to your home page</a>
      </p>
    </Page>
  );
}

/**
 * Where somebody finds again what they typed and did not save: of everything, or of the page on which it stands; but for
 * the text that the page gives back.
 */
export function UnsavedTexts({ kept: all, chrome }: { kept: readonly KeptText[]; chrome: Chrome }) {
  const kept = all.filter(({ id }) => id !== chrome.kept?.id);
  if (kept.length === 0) return null;
  return (
    <NotificationBanner heading="You typed something that is not saved" titleId="kept-text">
      <ul>
        {kept.map(({ id, address, at }) => {
          const section = currentSection(chrome.navigation, address.split('?', 1)[0] ?? '');
          return (
            <li key={id}>
              <a href={`/kept/${id}`}>
                {`${section === undefined ? 'What you typed' : `${section.item.text}, typed`} on ${formatInstant(at)}`}
              </a>
            </li>
          );
        })}
      </ul>
    </NotificationBanner>
  );
}
