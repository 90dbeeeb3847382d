import { type Chrome, currentSection } from './chrome.ts';
import { classNames } from './class-names.ts';
import { CsrfField } from './csrf-field.tsx';
import { safeHref } from './html.ts';
import { Icon } from './icon.tsx';
import { Mark } from './mark.tsx';

export interface HeaderProps {
  readonly chrome: Chrome;
  readonly containerClass: string;
}

/** The name of the product, who is signed in, and the sections. A deployer's logo would go beside the name. */
export function Header({ chrome, containerClass }: HeaderProps) {
  return (
    <header class="nhsuk-header" data-module="nhsuk-header">
      <div class={`nhsuk-header__container ${containerClass}`}>
        <div class="nhsuk-header__service">
          <a class="nhsuk-header__service-name app-word-mark" href="/">
            <Mark />
            Neighbourhold
          </a>
        </div>
        <Account chrome={chrome} />
      </div>
      <Navigation chrome={chrome} containerClass={containerClass} />
    </header>
  );
}

function Account({ chrome: { account, signOutHref, csrfToken } }: { readonly chrome: Chrome }) {
  if (account === null) return null;
  return (
    <nav class="nhsuk-header__account" aria-label="Account">
      <ul class="nhsuk-header__account-list">
        <li class="nhsuk-header__account-item">
          <AccountName {...account} />
        </li>
        <li class="nhsuk-header__account-item">{account.role}</li>
        <li class="nhsuk-header__account-item">
          <form class="nhsuk-header__account-form" action={safeHref(signOutHref)} method="post">
            <CsrfField token={csrfToken} />
            <button class="nhsuk-header__account-button" type="submit">
              Sign out
            </button>
          </form>
        </li>
      </ul>
    </nav>
  );
}

function AccountName({ name, href }: NonNullable<Chrome['account']>) {
  const content = (
    <>
      <Icon name="user" />
      {name}
    </>
  );
  if (href === undefined) return content;
  return (
    <a class="nhsuk-header__account-link" href={safeHref(href)}>
      {content}
    </a>
  );
}

function Navigation({ chrome: { navigation, path }, containerClass }: HeaderProps) {
  if (navigation.length === 0) return null;
  const current = currentSection(navigation, path);
  return (
    <>
      <nav class="nhsuk-header__navigation" aria-label="Menu">
        <div class={`nhsuk-header__navigation-container ${containerClass}`}>
          <ul class="nhsuk-header__navigation-list">
            {navigation.map((item) => (
              <NavigationLink key={item.href} {...item} current={item === current?.section} path={path} />
            ))}
            <MenuToggle />
          </ul>
        </div>
      </nav>
      <Section current={current} path={path} containerClass={containerClass} />
    </>
  );
}

/** The pages of the section that one is in, below the menu: plain links, with or without script. */
function Section(props: {
  current: ReturnType<typeof currentSection>;
  path: string;
  containerClass: string;
}) {
  const { current, path, containerClass } = props;
  const items = current?.section.items ?? [];
  if (current === undefined || items.length < 2) return null;
  return (
    <nav class="app-section" aria-label={current.section.text}>
      <ul class={`app-section__list ${containerClass}`}>
        {items.map((item) => (
          <li key={item.href}>
            <a
              href={safeHref(item.href)}
              aria-current={item === current.item ? (path === item.href ? 'page' : 'true') : undefined}
            >
              {item.text}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

interface NavigationLinkProps {
  readonly text: string;
  readonly href: string;
  readonly current: boolean;
  readonly path: string;
}

function NavigationLink({ text, href, current, path }: NavigationLinkProps) {
  return (
    <li
      class={classNames('nhsuk-header__navigation-item', current && 'nhsuk-header__navigation-item--current')}
    >
      <a
        class="nhsuk-header__navigation-link"
        href={safeHref(href)}
        aria-current={current ? (path === href ? 'page' : 'true') : undefined}
      >
        {/* Bold tells people who override colours where they are. */}
        {current ? <strong class="nhsuk-header__navigation-item-current-fallback">{text}</strong> : text}
      </a>
    </li>
  );
}

/** Takes in the sections that do not fit. Hidden until the script shows it; without script the list wraps. */
function MenuToggle() {
  return (
    <li class="nhsuk-header__menu" hidden>
      <button
        class="nhsuk-header__menu-toggle nhsuk-header__navigation-link"
        id="toggle-menu"
        type="button"
        aria-expanded="false"
      >
        <span class="nhsuk-u-visually-hidden">Browse </span>More
      </button>
    </li>
  );
}
