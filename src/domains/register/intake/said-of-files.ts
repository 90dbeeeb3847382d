/** A folder may have a thousand readmes: so many sentences are kept, and the others are counted. */
const MOST = 200;

/** What readers say of the files of an import, each sentence once. It is shown at once, too. */
export class SaidOfFiles {
  private readonly said = new Set<string>();
  private more = 0;
  private readonly show: (what: string) => void;

  constructor(show: (what: string) => void) {
    this.show = show;
  }

  say(what: string): void {
    this.show(what);
    if (this.said.size < MOST) this.said.add(what);
    else if (!this.said.has(what)) this.more++;
  }

  sentences(): string[] {
    return this.more === 0 ? [...this.said] : [...this.said, `and ${this.more} more of the kind`];
  }
}
