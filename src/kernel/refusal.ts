/**
 * What the rules refuse. A refusal has a stable code for machines, a sentence for the person who asked,
 * and a remedy that says what to do next. It is an ordinary outcome: it is shown, counted and audited,
 * and never logged as a fault. What should never happen is a plain Error instead.
 */
export class Refusal extends Error {
  readonly code: string;
  readonly remedy: string;

  constructor(refusal: { code: string; because: string; remedy: string }) {
    super(refusal.because);
    this.name = 'Refusal';
    this.code = refusal.code;
    this.remedy = refusal.remedy;
  }
}

/** The person may not do this. Answered with 403 and audited as a refused look or act. */
export class NotPermitted extends Refusal {
  constructor(
    because: string,
    remedy = 'If you need this for your work, ask your information governance lead.',
  ) {
    super({ code: 'not_permitted', because, remedy });
    this.name = 'NotPermitted';
  }
}

/** The thing does not exist, or this person may not know whether it does. Answered with 404. */
export class NotFound extends Refusal {
  constructor(because: string, remedy = 'Check the address, or go back and search again.') {
    super({ code: 'not_found', because, remedy });
    this.name = 'NotFound';
  }
}

/** What somebody typed into one field; shown beside that field. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** What somebody typed cannot be used. Answered with 422 and the same page again, nothing lost. */
export class InvalidInput extends Refusal {
  readonly fields: readonly FieldError[];

  constructor(fields: readonly FieldError[]) {
    super({
      code: 'invalid_input',
      because: fields.map((field) => field.message).join(' '),
      remedy: 'Correct the fields that are marked and send the form again.',
    });
    this.name = 'InvalidInput';
    this.fields = fields;
  }
}
