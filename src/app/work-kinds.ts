import {
  caseloadActs,
  caseloadHref,
  caseloadStates,
  describeCaseload,
  describePlanWork,
  maySeeCaseload,
  mayVisit,
  outreachEndings,
  planRequestActs,
  planRequestStates,
  planStepActs,
  planStepStates,
  readCaseloadPathway,
  readInReachPathway,
  readOutreachPathway,
  readPlanContent,
  visitActs,
  visitStates,
  visitStateWords,
} from '../domains/coordination/index.ts';
import {
  type DefectKinds,
  defectActs,
  defectHref,
  defectStates,
  describeDefects,
  maySeeQuality,
} from '../domains/defects/index.ts';
import { breakGlassStates, lookReviewStates, mayReviewAccess } from '../domains/governance/index.ts';
import { identityQuestionStates, identityReviewStates, mayReviewMatches } from '../domains/identity/index.ts';
import {
  codelistCheckStates,
  definitionCheckStates,
  describeChecks,
  describeCodelistChecks,
  draftHref,
  mayPublishCodelists,
  mayWriteDefinitions,
} from '../domains/need/index.ts';
import { readWorkPathway, reviewActs, type WorkKind, WorkKinds } from '../domains/work/index.ts';

/** Every kind of work of the product: those with pages of their own, and the tasks of content/pathways/work.yaml. */
export function workKinds(content: string, defects: DefectKinds): WorkKinds {
  const plans = readPlanContent(content);
  const others: readonly WorkKind[] = [
    {
      states: caseloadStates,
      title: 'Caseload entry',
      plural: 'Caseload entries',
      stateWords: { active: 'On the caseload', escalated: 'Escalated', discharged: 'Discharged' },
      href: ({ item, team }, by) =>
        maySeeCaseload(by).allowed && team === by.team ? caseloadHref(item) : null,
      describe: describeCaseload,
      acts: caseloadActs(readCaseloadPathway(content)),
    },
    {
      states: planStepStates,
      title: 'Step of a care plan',
      plural: 'Steps of care plans',
      stateWords: { open: 'To do', escalated: 'Escalated', closed: 'Closed' },
      href: ({ personId }) => `/people/${personId ?? ''}`,
      describe: describePlanWork,
      acts: planStepActs(plans),
    },
    {
      states: planRequestStates,
      title: 'Wish to change a care plan',
      plural: 'Wishes to change care plans',
      stateWords: { open: 'To answer', escalated: 'Escalated', answered: 'Answered' },
      href: ({ personId }) => `/people/${personId ?? ''}`,
      describe: describePlanWork,
      acts: planRequestActs(plans),
    },
    {
      states: visitStates,
      title: 'Visit',
      plural: 'Visits',
      stateWords: visitStateWords,
      href: ({ personId }) => `/people/${personId ?? ''}`,
      may: mayVisit,
      acts: visitActs(readInReachPathway(content)),
      describe: async (_, rows) =>
        new Map(rows.map(({ item }) => [item, 'Visit at home or in their care home'])),
    },
    {
      states: defectStates,
      title: 'Defect of the data',
      plural: 'Defects of the data',
      stateWords: { open: 'Waiting', taken: 'In hand', escalated: 'Escalated' },
      href: ({ subjectId }) => defectHref(subjectId),
      may: maySeeQuality,
      describe: (tx, rows) => describeDefects(tx, defects, rows),
      acts: defectActs(defects),
    },
    review({
      states: breakGlassStates,
      title: 'Emergency access to review',
      plural: 'Emergency accesses to review',
      stateWords: { to_review: 'To review', reviewed: 'Reviewed' },
      href: ({ subjectId }) => `/emergency-access/reviews/${subjectId}`,
      may: mayReviewAccess,
      asks: 'Was this emergency access right?',
    }),
    review({
      states: identityQuestionStates,
      title: 'Question about two records',
      plural: 'Questions about two records',
      stateWords: { asked: 'Asked', answered: 'Answered', withdrawn: 'Withdrawn' },
      href: ({ subjectId }) => `/people/matches/${subjectId}`,
      may: mayReviewMatches,
      asks: 'Are these two records one person?',
    }),
    review({
      states: identityReviewStates,
      title: 'Two records to compare',
      plural: 'Records to compare',
      stateWords: { to_compare: 'To compare', decided: 'Decided', lapsed: 'Over' },
      href: ({ subjectId }) => `/people/matches/${subjectId}`,
      may: mayReviewMatches,
      asks: 'May these two be one person?',
    }),
    review({
      states: definitionCheckStates,
      title: 'Definition to check',
      plural: 'Definitions to check',
      stateWords: {
        to_check: 'To check',
        published: 'Published',
        sent_back: 'Sent back',
        withdrawn: 'Taken back',
      },
      href: ({ subjectId }) => draftHref(subjectId, 'check'),
      may: mayWriteDefinitions,
      asks: describeChecks,
    }),
    review({
      states: codelistCheckStates,
      title: 'List of codes to publish',
      plural: 'Lists of codes to publish',
      stateWords: { to_publish: 'To publish', published: 'Published', lapsed: 'Over' },
      href: ({ subjectId }) => `/codelists/versions/${subjectId}`,
      may: mayPublishCodelists,
      asks: describeCodelistChecks,
    }),
    review({
      states: lookReviewStates,
      title: 'Looks to ask about',
      plural: 'Looks to ask about',
      stateWords: { to_ask: 'To ask about', settled: 'Settled' },
      href: () => '/audit/patterns',
      may: mayReviewAccess,
      asks: 'Looks at records that are worth a question',
    }),
  ];
  return new WorkKinds(readWorkPathway(content), others, outreachEndings(readOutreachPathway(content)));
}

/** A kind of work that waits for a decision on its own page: `asks` what, in the same words for all or of each its own. */
function review(
  kind: Pick<WorkKind, 'states' | 'title' | 'plural' | 'stateWords' | 'href' | 'may'> & {
    readonly asks: string | NonNullable<WorkKind['describe']>;
  },
): WorkKind {
  const { asks, ...known } = kind;
  return {
    ...known,
    stateWords: { taken: 'In hand', escalated: 'Escalated', ...known.stateWords },
    acts: reviewActs(known),
    describe:
      typeof asks === 'string' ? async (_, rows) => new Map(rows.map(({ item }) => [item, asks])) : asks,
  };
}
