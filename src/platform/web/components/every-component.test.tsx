// What must be true of every component, whatever it is: hostile text stays text, no styles in attributes, and
// nothing that is missing is printed as a word of the programming language.
import type { VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { describe, expect, test } from 'vitest';
import { plainDate } from '../../../kernel/index.ts';
import * as components from './index.ts';

const {
  ActionLink,
  ActionList,
  BackLink,
  BarChart,
  Breadcrumb,
  Button,
  ButtonGroup,
  ButtonLink,
  Card,
  Checkboxes,
  ContextLink,
  Count,
  CountList,
  CsrfField,
  DataDate,
  DateInput,
  Details,
  EmptyState,
  ErrorMessage,
  ErrorSummary,
  Fieldset,
  FileUpload,
  FilterBar,
  Heading,
  Hint,
  InsetText,
  KeptBanner,
  KeptForm,
  Label,
  NotificationBanner,
  Page,
  PageHeading,
  Pagination,
  PeopleCounted,
  PostButton,
  PreviousAndNext,
  Radios,
  Select,
  SkipLink,
  SummaryList,
  Table,
  Tag,
  TextInput,
  Textarea,
  Value,
  WarningCallout,
} = components;

/** Each component twice: with as little as it takes, and with everything it takes. */
function drawn(text: string, href: string, missing: null | undefined): Record<string, VNode | VNode[]> {
  const link = { text, href };
  const errors = [{ field: text, message: text }];
  const question = { name: text, label: text, hint: text, errors };
  const choices = [{ value: text, text, hint: text, conditional: text }, { divider: text }];
  const date = plainDate('2026-11-02');
  const chart = {
    id: text,
    title: text,
    labelHeading: text,
    valueHeading: text,
    definitionHref: href,
    csvHref: href,
  };
  const chrome = {
    // From our own build, not from anybody's data.
    assets: { styles: '/s.css', start: '/start.js', nhsuk: '/n.js', mark: '/m.svg' },
    path: text,
    csrfToken: text,
    signOutHref: href,
    navigation: [link],
    footer: [link],
    demo: true,
    account: { name: text, role: text, href },
  };
  return {
    ActionLink: <ActionLink href={href}>{text}</ActionLink>,
    ActionList: <ActionList items={[link]} />,
    BackLink: [
      <BackLink href={href} />,
      <BackLink href={href} hiddenText={text}>
        {text}
      </BackLink>,
    ],
    BarChart: [
      <BarChart {...chart} bars={[]} dataDate={null} stale={false} />,
      <BarChart
        {...chart}
        summary={text}
        suppressedText={text}
        unknownText={text}
        dataDate={date}
        stale
        bars={[
          { label: text, value: 1, href, definitionHref: href },
          { label: text, value: 'suppressed', closed: 'published' },
          { label: text, value: 'unknown', closed: 'worked_out' },
        ]}
      />,
    ],
    Breadcrumb: <Breadcrumb items={[link]} />,
    Button: [
      <Button>{text}</Button>,
      <Button name={text} value={text} id={text}>
        {text}
      </Button>,
    ],
    ButtonGroup: <ButtonGroup>{text}</ButtonGroup>,
    ButtonLink: <ButtonLink href={href}>{text}</ButtonLink>,
    Card: [
      <Card />,
      <Card heading={text} headingId={text} hiddenHeading={text} description={text} actions={[link]}>
        {text}
      </Card>,
      <Card heading={text} href={href} clickable />,
    ],
    Checkboxes: [
      <Checkboxes name="a" label="A" choices={[]} />,
      <Checkboxes {...question} choices={choices} values={[text]} />,
    ],
    ContextLink: [<ContextLink {...link} />, <ContextLink {...link} context={text} />],
    Count: [
      <Count n={3} opens={{ href }} after={text} />,
      <Count n={0} opens={{ closed: 'nobody' }} after={text} of={text} />,
    ],
    CountList: [
      <CountList label={text} counts={[]} />,
      <CountList
        label={text}
        counts={[
          { n: 3, text, href },
          { n: 0, text: 'a', href },
        ]}
      />,
    ],
    CsrfField: <CsrfField token={text} />,
    DataDate: [<DataDate date={null} stale={false} />, <DataDate date={date} stale />],
    DateInput: [
      <DateInput name="a" label="A" />,
      <DateInput {...question} value={{ day: text, month: missing ?? undefined }} />,
    ],
    Details: (
      <Details summary={text} id={text}>
        {text}
      </Details>
    ),
    EmptyState: [
      <EmptyState title={text} />,
      <EmptyState title={text} actions={[link]}>
        {text}
      </EmptyState>,
    ],
    ErrorMessage: <ErrorMessage id={text}>{text}</ErrorMessage>,
    ErrorSummary: <ErrorSummary errors={errors} heading={text} description={text} />,
    Fieldset: <Fieldset legend={text}>{text}</Fieldset>,
    FileUpload: [<FileUpload name="a" label="A" />, <FileUpload {...question} accept={text} />],
    FilterBar: [
      <FilterBar action={href}>{text}</FilterBar>,
      <FilterBar
        action={href}
        inUse={[{ text, removeHref: href }]}
        clearHref={href}
        keep={{ [text]: text }}
        title={text}
        submit={text}
      >
        {text}
      </FilterBar>,
    ],
    Heading: (
      <Heading level={2} id={text}>
        {text}
      </Heading>
    ),
    Hint: <Hint id={text}>{text}</Hint>,
    InsetText: <InsetText>{text}</InsetText>,
    KeptBanner: [
      <KeptBanner kept={{ id: text, at: new Date(0), words: [] }} csrfToken={text} />,
      <KeptBanner kept={{ id: text, at: new Date(0), words: [text] }} csrfToken={text} />,
    ],
    KeptForm: (
      <KeptForm action={href} csrfToken={text} form={text} buttons={text}>
        {text}
      </KeptForm>
    ),
    Label: (
      <Label for={text} id={text} heading={1}>
        {text}
      </Label>
    ),
    NotificationBanner: [
      <NotificationBanner />,
      <NotificationBanner text={text} heading={text} title={text} titleId={text}>
        {text}
      </NotificationBanner>,
    ],
    Page: [
      <Page title="A" chrome={{ ...chrome, account: null, navigation: [], footer: [] }}>
        {missing}
      </Page>,
      <Page title={text} chrome={chrome} breadcrumbs={[link]} errors={errors}>
        {text}
      </Page>,
      <Page title={text} chrome={chrome} back={link} width="reading">
        {text}
      </Page>,
    ],
    PageHeading: [<PageHeading>{text}</PageHeading>, <PageHeading caption={text}>{text}</PageHeading>],
    Pagination: <Pagination page={2} pageCount={3} href={() => href} />,
    PeopleCounted: [
      <PeopleCounted total={1} />,
      <PeopleCounted total={51} page={2} pageCount={2}>
        {text}
      </PeopleCounted>,
    ],
    PostButton: (
      <PostButton action={href} csrfToken={text} fields={{ [text]: text }}>
        {text}
      </PostButton>
    ),
    PreviousAndNext: [
      <PreviousAndNext />,
      <PreviousAndNext previous={{ label: text, href }} next={{ label: text, href }} />,
    ],
    Radios: [
      <Radios name="a" label="A" choices={[]} />,
      <Radios {...question} choices={choices} value={text} />,
    ],
    Select: [
      <Select name="a" label="A" options={[]} />,
      <Select {...question} options={[{ value: text, text }]} value={text} after={text} />,
    ],
    SkipLink: [<SkipLink />, <SkipLink href={href} text={text} />],
    SummaryList: (
      <SummaryList
        rows={[
          { key: 'a', value: missing },
          { key: text, value: text, unknown: text, actions: [link] },
        ]}
      />
    ),
    Table: [
      <Table caption="A" columns={[{ heading: 'A', cell: () => missing }]} rows={[1]} />,
      <Table
        caption={text}
        scrollId={text}
        responsive
        rows={[text]}
        columns={[
          { heading: text, cell: (row) => row, sort: { href } },
          { heading: 'B', rowHeader: true, cell: () => missing, unknown: text },
        ]}
      />,
    ],
    Tag: <Tag>{text}</Tag>,
    TextInput: [
      <TextInput name="a" label="A" value={missing ?? undefined} />,
      <TextInput {...question} value={text} prefix={text} suffix={text} after={text} autocomplete={text} />,
    ],
    Textarea: [<Textarea name="a" label="A" />, <Textarea {...question} value={text} />],
    Value: [<Value of={missing} />, <Value of={missing} unknown={text} />],
    WarningCallout: [
      <WarningCallout />,
      <WarningCallout heading={text} text={text}>
        {text}
      </WarningCallout>,
    ],
  };
}

const drawAll = (...given: Parameters<typeof drawn>) =>
  Object.entries(drawn(...given)).map(([name, vnodes]) => ({
    name,
    html: [vnodes]
      .flat()
      .map((vnode) => renderToString(vnode))
      .join('\n'),
  }));

test('every component that the door offers is here', () => {
  const offered = Object.keys(components).filter((name) => /^[A-Z]/.test(name));
  expect(Object.keys(drawn('a', '/', null)).sort()).toEqual(offered.sort());
});

describe('hostile text stays text', () => {
  const hostile = `"><script>alert(1)</script><img src=x onerror='alert(2)'>`;
  test.each(drawAll(hostile, '/work', null))('in $name', ({ html }) => {
    expect(html).not.toMatch(/<script>|<img|"[^"]*">[^<]*<script/);
  });
});

describe('hostile addresses lead nowhere', () => {
  test.each(drawAll('words', 'javascript:alert(1)', null))('in $name', ({ html }) => {
    expect(html).not.toMatch(/(href|action)="javascript:/);
  });
});

describe.each([null, undefined])('what is missing (%s) is not printed', (missing) => {
  test.each(drawAll('words', '/work', missing))('by $name', ({ html }) => {
    expect(html).not.toMatch(/undefined|null|NaN|\[object/);
  });
});

describe('there are no styles in attributes', () => {
  test.each(drawAll('words', '/work', null))('in $name', ({ html }) => {
    expect(html).not.toMatch(/\sstyle=/);
  });
});
