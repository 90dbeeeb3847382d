import type { ComponentChildren } from 'preact';
import type { FieldError } from '../../../kernel/index.ts';
import { BackLink } from './back-link.tsx';
import { Breadcrumb, type BreadcrumbItem } from './breadcrumb.tsx';
import type { Chrome } from './chrome.ts';
import { CopyBanner } from './copy-banner.tsx';
import { DemoBanner } from './demo-banner.tsx';
import { ErrorSummary } from './error-summary.tsx';
import { Footer } from './footer.tsx';
import { Header } from './header.tsx';
import { KeptBanner } from './kept-banner.tsx';
import { SkipLink } from './skip-link.tsx';

export interface PageProps {
  /** As the h1 of the page says it, and never a person's name: titles stay in histories and shared screens. */
  readonly title: string;
  readonly chrome: Chrome;
  readonly breadcrumbs?: readonly BreadcrumbItem[] | undefined;
  /** Instead of breadcrumbs, on the steps of a form. */
  readonly back?: BreadcrumbItem | undefined;
  /** What is wrong with the form on this page: summed up above everything and said first in the title. */
  readonly errors?: readonly FieldError[] | undefined;
  /** `wide` with smaller type for the lists of staff, which is most pages; `reading` for patients. */
  readonly width?: 'wide' | 'reading';
  readonly children: ComponentChildren;
}

/** A whole document: everything around the content, which is the same on every page. */
export function Page({ title, chrome, errors = [], width = 'wide', children, ...way }: PageProps) {
  const containerClass = width === 'wide' ? 'nhsuk-width-container app-wide' : 'nhsuk-width-container';
  return (
    <html lang="en">
      <Head title={errors.length > 0 ? `Error: ${title}` : title} assets={chrome.assets} />
      <body class={`app-page app-page--${width}`}>
        <SkipLink />
        {chrome.demo && <DemoBanner containerClass={containerClass} />}
        {chrome.copyOf !== undefined && <CopyBanner of={chrome.copyOf} containerClass={containerClass} />}
        <Header chrome={chrome} containerClass={containerClass} />
        <div class={containerClass}>
          <WayBack {...way} />
          <main class="nhsuk-main-wrapper" id="maincontent">
            {chrome.kept !== undefined && <KeptBanner kept={chrome.kept} csrfToken={chrome.csrfToken} />}
            <ErrorSummary errors={errors} />
            {children}
          </main>
        </div>
        <Footer links={chrome.footer} containerClass={containerClass} />
      </body>
    </html>
  );
}

function Head({ title, assets }: { readonly title: string; readonly assets: Chrome['assets'] }) {
  return (
    <head>
      <meta charset="utf-8" />
      <title>{`${title} – Neighbourhold`}</title>
      <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
      <link rel="icon" href={assets.mark} type="image/svg+xml" sizes="any" />
      <link rel="stylesheet" href={assets.styles} />
      <link rel="modulepreload" href={assets.nhsuk} />
      <script type="module" src={assets.start} />
    </head>
  );
}

function WayBack({ breadcrumbs = [], back }: Pick<PageProps, 'breadcrumbs' | 'back'>) {
  if (!back) return <Breadcrumb items={breadcrumbs} />;
  return (
    <nav aria-label="Back">
      <BackLink href={back.href}>{back.text}</BackLink>
    </nav>
  );
}
