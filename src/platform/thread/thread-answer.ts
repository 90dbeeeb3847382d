/** What goes into a thread, a question or that nobody wants its answer any more, and what comes back: an answer, what the rules refuse, or a fault. */
export type ThreadQuestion<Question> =
  | { readonly id: number; readonly question: Question }
  | { readonly id: number; readonly stop: true };

export type ThreadAnswer<Answer> =
  | { readonly id: number; readonly answer: Answer }
  | { readonly id: number; readonly refused: { code: string; because: string; remedy: string } }
  | { readonly id: number; readonly error: string };
