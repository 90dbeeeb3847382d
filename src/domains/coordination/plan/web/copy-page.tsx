import { formatInstant, type Refusal } from '../../../../kernel/index.ts';
import type { Chrome } from '../../../../platform/web/index.ts';
import { Page, PageHeading, PostButton, Textarea } from '../../../../platform/web/index.ts';
import type { PlanContent } from '../plan-content.ts';
import type { Content } from '../plan-document.ts';
import { fieldsOf, type SectionId } from '../plan-parts.ts';

/**
 * What somebody typed and cannot save, because the plan is not theirs to see any more. It shows their own words and
 * nothing else: not whose plan it was, and nothing that anybody else wrote.
 */
export function CopyPage(props: {
  chrome: Chrome;
  rules: PlanContent;
  section: SectionId;
  fields: Content;
  refusal: Refusal;
  kept: { readonly id: string; readonly at: Date } | null;
}) {
  const { chrome, rules, section, fields, refusal, kept } = props;
  const own = rules.sections[section];
  return (
    <Page title="Your text was not saved" chrome={chrome} width="reading">
      <PageHeading>Your text was not saved</PageHeading>
      <p>{refusal.message}</p>
      <p>
        {kept
          ? `This is what you typed on ${formatInstant(kept.at)}. Copy what you need.`
          : 'This is what you typed. Copy what you need: it is kept nowhere else.'}
      </p>
      {fieldsOf(section)
        .filter((field) => fields[field])
        .map((field) => (
          <Textarea
            key={field}
            name={field}
            label={own.fields[field]?.label ?? field}
            value={fields[field]}
            rows={4}
          />
        ))}
      {kept && (
        <PostButton action={`/kept/${kept.id}/throw-away`} csrfToken={chrome.csrfToken} variant="secondary">
          Throw this text away
        </PostButton>
      )}
      <p>
        <a href="/">Go to your home page</a>
      </p>
    </Page>
  );
}
