import type { Refusal } from '../../kernel/index.ts';
import { type Chrome, Page, PageHeading } from './components/index.ts';

/** What the rules refused, and what to do next. */
export function RefusalPage({ chrome, title, refusal }: { chrome: Chrome; title: string; refusal: Refusal }) {
  return (
    <Page title={title} chrome={chrome} width="reading">
      <PageHeading>{title}</PageHeading>
      <p>{refusal.message}</p>
      <p>{refusal.remedy}</p>
      <p>
        <a href="/">Go to your home page</a>
      </p>
    </Page>
  );
}

/** Something broke. Says that nothing was changed, and gives the words that lead us to the log. */
export function FaultPage({ chrome, requestId }: { chrome: Chrome; requestId: string }) {
  const title = 'Sorry, there is a problem with the service';
  return (
    <Page title={title} chrome={chrome} width="reading">
      <PageHeading>{title}</PageHeading>
      <p>Nothing that you sent was half done: it was either saved whole or not at all.</p>
      <p>Try again in a few minutes. If it happens again, tell whoever runs Neighbourhold this number:</p>
      <p>
        <code>{requestId}</code>
      </p>
    </Page>
  );
}

export function NotTherePage({ chrome }: { chrome: Chrome }) {
  return (
    <Page title="Page not found" chrome={chrome} width="reading">
      <PageHeading>Page not found</PageHeading>
      <p>If you typed the address, check that it is right. If you followed a link, it may be out of date.</p>
      <p>
        <a href="/">Go to your home page</a>
      </p>
    </Page>
  );
}
