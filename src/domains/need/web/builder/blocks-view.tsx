import {
  Button,
  ButtonLink,
  CsrfField,
  Details,
  Heading,
  InsetText,
  type Visit,
} from '../../../../platform/web/index.ts';
import { askedInWords } from '../../evaluate/words.ts';
import { type Block, type BlockTree, placeText, readBlocks } from '../../forms/blocks.ts';
import { type BlockMove, possibleMoves } from '../../forms/edit-rule.ts';
import { wordForms } from '../../forms/word-forms.ts';
import type { Library } from '../../language/library.ts';
import { Frozen, UndoButton } from './draft-frame.tsx';
import { draftHref, type OpenedDraft } from './draft-parts.ts';

interface OfDraft {
  readonly visit: Visit;
  readonly opened: OpenedDraft;
}

/** The conditions as a tree of blocks, each with what can be done to it. */
export function BlocksView({ visit, opened }: OfDraft) {
  const { draft } = opened;
  const trees = readBlocks(draft.definition);
  return (
    <>
      <Frozen opened={opened} />
      {trees === null ? (
        <InsetText>
          <p>The text has errors, so that its conditions cannot be shown one by one.</p>
          <p>
            <a href={draftHref(draft.draftId, 'text')}>Mend the text</a>, or undo the last step.
          </p>
        </InsetText>
      ) : (
        trees.map((tree) => <Tree key={placeText(tree.at)} visit={visit} opened={opened} tree={tree} />)
      )}
      <UndoButton visit={visit} opened={opened} />
    </>
  );
}

function Tree({ visit, opened, tree }: OfDraft & { tree: BlockTree }) {
  const { draft } = opened;
  const mayChange = draft.state === 'draft';
  return (
    <section>
      <Heading level={2}>{tree.title}</Heading>
      {tree.block === null ? (
        <>
          <p>There are no conditions yet.</p>
          {mayChange && (
            <ButtonLink href={addHref(draft.draftId, tree.at)} small>
              Add the first condition
            </ButtonLink>
          )}
        </>
      ) : (
        <>
          <ul class="app-blocks">
            <BlockItem visit={visit} opened={opened} block={tree.block} />
          </ul>
          {mayChange && !isList(tree.block) && (
            <p>
              <a href={addHref(draft.draftId, tree.at)}>Add a condition that must be true as well</a>
            </p>
          )}
        </>
      )}
    </section>
  );
}

function isList(block: Block): boolean {
  return block.kind === 'group' && block.word !== 'not';
}

function BlockItem({ visit, opened, block }: OfDraft & { block: Block }) {
  const { draft, whole } = opened;
  const words = blockInWords(whole.library, block);
  const mayChange = draft.state === 'draft';
  return (
    <li class={`app-blocks__block app-blocks__block--${block.kind}`} id={`at-${placeText(block.at)}`}>
      <div class="app-blocks__head">
        <p class="app-blocks__words">{words}</p>
        {block.kind === 'text' && <pre class="app-blocks__text">{block.text}</pre>}
        {mayChange && <BlockActions visit={visit} opened={opened} block={block} words={words} />}
      </div>
      {block.kind === 'group' && (
        <ul class="app-blocks">
          {block.parts.map((part) => (
            <BlockItem key={placeText(part.at)} visit={visit} opened={opened} block={part} />
          ))}
          {mayChange && isList(block) && (
            <li class="app-blocks__add">
              <a href={addHref(draft.draftId, block.at)}>
                Add a condition
                <span class="nhsuk-u-visually-hidden">{` to: ${words}`}</span>
              </a>
            </li>
          )}
        </ul>
      )}
    </li>
  );
}

export const MOVE_WORDS: Record<BlockMove, string> = {
  up: 'Move up',
  down: 'Move down',
  out: 'Move out of its group',
  into: 'Move into the group before it',
  all: 'Put into a group: all of',
  any: 'Put into a group: at least one of',
  not: 'Turn round: must not be true',
  open: 'Take out of its group words',
  switch: 'Switch between all of and at least one of',
  remove: 'Remove',
};

/** Those that are needed often stand beside the block; the others unfold. */
const AT_HAND: readonly BlockMove[] = ['up', 'down', 'remove'];

function BlockActions({ visit, opened, block, words }: OfDraft & { block: Block; words: string }) {
  const { draft } = opened;
  const moves = possibleMoves(draft.definition, block.at);
  const more = moves.filter((move) => !AT_HAND.includes(move));
  const button = (move: BlockMove) => (
    <Button key={move} small variant="secondary" name="move" value={move}>
      {block.kind === 'group' && move === 'open' ? 'Dissolve the group' : MOVE_WORDS[move]}
      <span class="nhsuk-u-visually-hidden">{`: ${words}`}</span>
    </Button>
  );
  return (
    <form method="post" action={draftHref(draft.draftId, 'move')} class="app-blocks__actions">
      <CsrfField token={visit.chrome.csrfToken} />
      <input type="hidden" name="seen" value={draft.version} />
      <input type="hidden" name="at" value={placeText(block.at)} />
      {block.kind !== 'group' && (
        <a href={`${draftHref(draft.draftId, 'block')}?at=${placeText(block.at)}`}>
          Change<span class="nhsuk-u-visually-hidden">{`: ${words}`}</span>
        </a>
      )}
      {AT_HAND.filter((move) => moves.includes(move)).map(button)}
      {more.length > 0 && (
        <Details
          summary={
            <>
              More<span class="nhsuk-u-visually-hidden">{`: ${words}`}</span>
            </>
          }
        >
          <div class="app-blocks__more">{more.map(button)}</div>
        </Details>
      )}
    </form>
  );
}

function addHref(draftId: number, at: Block['at']): string {
  return `${draftHref(draftId, 'add')}?to=${placeText(at)}`;
}

const GROUP_WORDS = {
  all: 'All of these',
  any: 'At least one of these',
  not: 'Not this',
} as const;

/** A block in a sentence, as far as what it says can be read. */
export function blockInWords(library: Library, block: Block): string {
  if (block.kind === 'group') return GROUP_WORDS[block.word];
  if (block.condition !== null) {
    try {
      return askedInWords(library, block.condition);
    } catch {
      // It names what there is not, which the problems of the draft say.
    }
  }
  if (block.kind === 'text') return 'Written as text';
  return `${wordForms[block.word]?.title ?? block.word} (not complete)`;
}
