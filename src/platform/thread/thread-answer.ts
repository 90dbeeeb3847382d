/** What goes into a thread, and what comes back: an answer, what the rules refuse, or a fault. */
export interface ThreadQuestion<Question> {
  readonly id: number;
  readonly question: Question;
}

export type ThreadAnswer<Answer> =
  | { readonly id: number; readonly answer: Answer }
  | { readonly id: number; readonly refused: { code: string; because: string; remedy: string } }
  | { readonly id: number; readonly error: string };
