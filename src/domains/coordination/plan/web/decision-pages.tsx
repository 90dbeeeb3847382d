import type { ComponentChildren } from 'preact';
import {
  Button,
  Checkboxes,
  CsrfField,
  InsetText,
  KeptForm,
  Page,
  PageHeading,
  Radios,
  Textarea,
  type Typed,
  WarningCallout,
} from '../../../../platform/web/index.ts';
import type { Carer } from '../../../register/index.ts';
import { carerParts, type PlanContent } from '../plan-content.ts';
import { only } from '../plan-document.ts';
import { audiences } from '../plan-parts.ts';
import { nameOf, type PlanLook, planHref } from './plan-visit.ts';

function DecisionPage(props: {
  look: PlanLook;
  title: string;
  action: string;
  submit: string;
  typed: Typed;
  children: ComponentChildren;
}) {
  const { look, title, action, submit, typed, children } = props;
  const { visit, plan, voice, person } = look;
  return (
    <Page
      title={title}
      chrome={visit.chrome}
      width={voice === 'staff' ? 'wide' : 'reading'}
      back={{ text: 'Back to the plan', href: planHref(plan.publicId) }}
      errors={typed.errors}
    >
      <PageHeading caption={voice === 'staff' ? nameOf(person) : undefined}>{title}</PageHeading>
      {typed.refusal && typed.errors.length === 0 && (
        <WarningCallout heading="This was not done">
          <p>{typed.refusal.message}</p>
          <p>{typed.refusal.remedy}</p>
        </WarningCallout>
      )}
      <KeptForm
        action={planHref(plan.publicId, action)}
        csrfToken={visit.chrome.csrfToken}
        form={typed.fields.form}
        buttons={<Button preventDoubleClick>{submit}</Button>}
      >
        <input type="hidden" name="seen" value={String(plan.version)} />
        {children}
      </KeptForm>
    </Page>
  );
}

/** Agreeing to the plan: the person in one press; staff say how the person agreed, or who decided for them. */
export function AgreementPage({ look, typed }: { look: PlanLook; typed: Typed }) {
  const { rules, voice } = look;
  if (voice === 'person') {
    return (
      <DecisionPage
        look={look}
        title="Is this plan right for you?"
        action="agreement"
        submit="Yes, I agree"
        typed={typed}
      >
        <p>If you agree, the plan holds for a year. You can ask for a change at any time.</p>
        <input type="hidden" name="method" value="remote" />
      </DecisionPage>
    );
  }
  return (
    <DecisionPage
      look={look}
      title="How did the person agree?"
      action="agreement"
      submit="Note the agreement"
      typed={typed}
    >
      <Radios
        name="method"
        label="How"
        labelSize="s"
        errors={typed.errors}
        value={typed.fields.method}
        choices={rules.agreement_methods.map(({ id, title }) => ({
          value: id,
          text: title,
          ...(id === 'on_behalf'
            ? {
                conditional: (
                  <>
                    <Textarea
                      name="capacity"
                      label="How was it found that the person could not decide this?"
                      hint="Who found it, when, and what was done to help the person decide"
                      rows={2}
                      errors={typed.errors}
                      value={typed.fields.capacity}
                    />
                    <Textarea
                      name="authority"
                      label="Who decided, and what gives them the right?"
                      hint="For example: daughter, lasting power of attorney for health, registered and seen"
                      rows={2}
                      errors={typed.errors}
                      value={typed.fields.authority}
                    />
                  </>
                ),
              }
            : {}),
        }))}
      />
    </DecisionPage>
  );
}

/** Who may see the plan. What is ticked is shared. */
export function SharingPage({ look, typed }: { look: PlanLook; typed: Typed }) {
  const { plan, rules, voice } = look;
  const own = voice === 'person';
  const fields = rules.sections.sharing.fields;
  return (
    <DecisionPage
      look={look}
      title={own ? 'Who may see my plan' : 'Who may see this plan'}
      action="sharing"
      submit="Save"
      typed={typed}
    >
      {own ? (
        <p>
          You choose who sees it. It counts at once. You do not have to say why, and you still get care. Your
          own page always shows it.
        </p>
      ) : (
        <InsetText>
          Note what the person said. It counts at once: if they do not share it with your team, you will not
          see the plan any more.
        </InsetText>
      )}
      {audiences.map((each) => (
        <Radios
          key={each}
          name={each}
          label={fields[each]?.label ?? each}
          labelSize="s"
          inline
          errors={typed.errors}
          value={typed.fields[each] ?? (plan.withheld.includes(each) ? 'withhold' : 'share')}
          choices={[
            { value: 'share', text: 'Share it' },
            { value: 'withhold', text: 'Do not share it' },
          ]}
        />
      ))}
      {!own && (
        <Textarea
          name="how"
          label="How was the person asked, and what did they say?"
          labelSize="s"
          rows={2}
          errors={typed.errors}
          value={typed.fields.how ?? only(plan, 'sharing').how}
        />
      )}
    </DecisionPage>
  );
}

export function ChangePage({ look, typed }: { look: PlanLook; typed: Typed }) {
  return (
    <DecisionPage look={look} title="Ask for a change" action="change" submit="Send" typed={typed}>
      <Textarea
        name="words"
        label="What should be different?"
        labelSize="s"
        hint="Your team reads this and answers you here."
        errors={typed.errors}
        value={typed.fields.words}
      />
    </DecisionPage>
  );
}

export function EndPage({ look, typed }: { look: PlanLook; typed: Typed }) {
  return (
    <DecisionPage look={look} title="End the plan" action="end" submit="End the plan" typed={typed}>
      <p>What is still open of its steps ends with it. The plan can be read afterwards, and not changed.</p>
      <Radios
        name="reason"
        label="Why does it end?"
        labelSize="s"
        errors={typed.errors}
        value={typed.fields.reason}
        choices={look.rules.endings.map(({ id, title }) => ({ value: id, text: title }))}
      />
    </DecisionPage>
  );
}

/** What one carer may see and do. What is ticked is granted, and nothing else. */
export function CarerPage(props: {
  chrome: PlanLook['visit']['chrome'];
  rules: PlanContent;
  carer: Carer;
  typed: Typed;
}) {
  const { chrome, rules, carer, typed } = props;
  const title = 'What your carer may see';
  return (
    <Page
      title={title}
      chrome={chrome}
      width="reading"
      back={{ text: 'Home', href: '/' }}
      errors={typed.errors}
    >
      <PageHeading caption={carer.name}>{title}</PageHeading>
      <p>Tick what they may see. If you untick something, they stop seeing it at once.</p>
      <form method="post" action={`/carers/${carer.relationship}`}>
        <CsrfField token={chrome.csrfToken} />
        <Checkboxes
          name="parts"
          label="They may see"
          labelSize="s"
          errors={typed.errors}
          values={carer.grants}
          choices={carerParts.map((part) => ({ value: part, text: rules.carer_parts[part].title }))}
        />
        <Button preventDoubleClick>Save</Button>
      </form>
      <form method="post" action={`/carers/${carer.relationship}/end`}>
        <CsrfField token={chrome.csrfToken} />
        <Button variant="secondary" preventDoubleClick>
          They do not look after me any more
        </Button>
      </form>
    </Page>
  );
}
