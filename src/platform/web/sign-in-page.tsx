import { Button, ButtonLink, type Chrome, InsetText, Page, PageHeading, Radios } from './components/index.ts';

export interface PersonaChoice {
  readonly subject: string;
  readonly name: string;
  /** Role and place: "Care coordinator, Lewisham INT". */
  readonly role: string;
}

/** Where everybody begins. A demo offers its made-up people by name; anywhere else there is only the provider. */
export function SignInPage(props: {
  readonly chrome: Chrome;
  readonly personas: readonly PersonaChoice[];
  readonly provider: string | null;
  readonly next: string;
}) {
  const { chrome, personas, provider, next } = props;
  return (
    <Page title="Sign in" chrome={chrome} width="reading">
      <PageHeading>Sign in</PageHeading>
      {provider !== null && (
        <p>
          <ButtonLink
            href={`/sign-in/provider?next=${encodeURIComponent(next)}`}
          >{`Sign in with ${provider}`}</ButtonLink>
        </p>
      )}
      {personas.length > 0 && (
        <form method="post" action="/sign-in/demo">
          <input type="hidden" name="next" value={next} />
          <Radios
            name="persona"
            label="Choose who to be"
            labelSize="m"
            hint="These people and everybody in their lists are made up."
            choices={personas.map(({ subject, name, role }) => ({ value: subject, text: name, hint: role }))}
          />
          <Button>Sign in</Button>
        </form>
      )}
      {personas.length === 0 && provider === null && (
        <InsetText>
          Nobody can sign in yet. Set OIDC_ISSUER and OIDC_CLIENT_ID to your organisation’s sign-in service,
          and import a place pack that says who works here.
        </InsetText>
      )}
    </Page>
  );
}
