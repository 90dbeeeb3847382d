export interface CsrfFieldProps {
  readonly token: string;
}

/** Proof that a form came from a page of ours. Every form that posts carries one. */
export function CsrfField({ token }: CsrfFieldProps) {
  return <input type="hidden" name="_csrf" value={token} />;
}
