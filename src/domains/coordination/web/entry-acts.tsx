import { NotFound } from '../../../kernel/index.ts';
import { parseForm } from '../../../platform/web/index.ts';
import type { KindAct } from '../../work/index.ts';
import { readLeads } from '../capacity.ts';
import type { CaseloadPathway } from '../caseload-pathway.ts';
import { discharge, handOver, setNextStep } from '../change-caseload.ts';
import { readEntry } from '../read-caseload.ts';
import { mayChange } from '../who-may.ts';
import { dischargeForm, handOverForm, nextStepForm } from './caseload-form.ts';
import { type EntryAct, EntryFields, entryActs } from './caseload-pages.tsx';

/** What is done with a caseload entry in the row of a list of work, as in the row of the caseload. */
export function caseloadActs(pathway: CaseloadPathway): KindAct[] {
  const about = (act: EntryAct): Omit<KindAct, 'do'> => ({
    act,
    text: entryActs[act].link,
    heading: entryActs[act].link,
    submit: act === 'next-step' ? 'Save' : entryActs[act].link,
    may: ({ by }, { team, owner }) => mayChange(by, { owner_team: team, owner_account: owner }).allowed,
    fields: async (visit, { item }, typed) => {
      const row = await readEntry(visit.tx, item);
      if (row === null) throw new NotFound('There is no such caseload entry.', 'Go back to your work.');
      const leads = await readLeads(visit.tx, row.team);
      return <EntryFields {...{ visit, row, act, leads, pathway, typed }} />;
    },
  });
  return [
    {
      ...about('next-step'),
      do: async ({ tx, by, now }, { item }, typed) => {
        const { nextStep, due, seen } = parseForm(nextStepForm, typed);
        await setNextStep(tx, { by, now, pathway, item, nextStep, due, seen });
      },
    },
    {
      ...about('hand-over'),
      do: async ({ tx, by, now }, { item }, typed) => {
        const { lead, nextStep, due, override, seen } = parseForm(handOverForm, typed);
        const overrideReason = override;
        await handOver(tx, { by, now, pathway, item, lead, nextStep, due, overrideReason, seen });
      },
    },
    {
      ...about('discharge'),
      do: async ({ tx, by, now }, { item }, typed) => {
        const { outcome, note, seen } = parseForm(dischargeForm, typed);
        await discharge(tx, { by, now, pathway, item, outcome, note, seen });
      },
    },
  ];
}
