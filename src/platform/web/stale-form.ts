import { NotPermitted } from '../../kernel/index.ts';

/** A form without the token of the session that it came with. */
export function staleForm(): NotPermitted {
  return new NotPermitted(
    'This form is not from a page of this session; you may have signed out in another tab.',
    'Go back, load the page again, and send the form once more.',
  );
}
