import { join } from 'node:path';
import {
  actsOnPeople,
  arrivalPanel,
  arrivalRoutes,
  caseloadPanel,
  caseloadRoutes,
  dashboardRoutes,
  inReachPanel,
  inReachRoutes,
  leadsOfPeople,
  mdtRoutes,
  namedGpRoutes,
  namedPanel,
  outreachRoutes,
  outreachStep,
  outreachWorkList,
  type PlanLook,
  planPanel,
  planRoutes,
  plansWorkList,
  readCaseloadPathway,
  readContinuityContent,
  readInReachPathway,
  readIntStandard,
  readMdtPathway,
  readOutreachPathway,
  readPlanContent,
  readSelectionContent,
  readSmiPathway,
  readUrgentCare,
  selectionRoutes,
  selectionStep,
  smiPanel,
  smiRoutes,
  smiWorkList,
  standingRoutes,
} from '../../domains/coordination/index.ts';
import { qualityRoutes, readDefectKinds } from '../../domains/defects/index.ts';
import { placeRoutes, readActor, readPlaces } from '../../domains/directory/index.ts';
import {
  breakGlassPanel,
  breakGlassRoutes,
  patternRoutes,
  protectedRoutes,
  readBreakGlassPathway,
  readLookPatterns,
  readProtectedRules,
} from '../../domains/governance/index.ts';
import { matchRoutes, readIdentityPathway } from '../../domains/identity/index.ts';
import {
  CohortLake,
  CountDesk,
  calibrationRoutes,
  codelistRoutes,
  definitionRoutes,
  draftRoutes,
  equityRoutes,
  evaluatePerson,
  LivingLibrary,
  measuresOf,
  needPanel,
  needsPanel,
  optOutRoutes,
  peopleRoutes,
  placeFileRoutes,
  profileRoutes,
  projectionRoutes,
  readCalibrationRules,
  readCheckPathway,
  readDisclosureRules,
  readLibrary,
  readProfileRules,
  readProjectionContent,
  readPublication,
  timelineOf,
  whyRoutes,
} from '../../domains/need/index.ts';
import {
  auditRoutes,
  beginImportRun,
  importRoutes,
  LakeAccess,
  openScope,
  personRoutes,
  readFeedRules,
  readMatchingMethod,
  readPerson,
} from '../../domains/register/index.ts';
import { workPanel, workRoutes } from '../../domains/work/index.ts';
import { documentOf, planToFhir } from '../../interoperability/index.ts';
import { formatInstant } from '../../kernel/index.ts';
import { type Actor, openOidc, readPersonas, roles } from '../../platform/auth/index.ts';
import { systemClock } from '../../platform/clock/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import type { Jobs } from '../../platform/jobs/index.ts';
import type { LakeReader } from '../../platform/lake/index.ts';
import type { Logger } from '../../platform/log/index.ts';
import { readRestoration } from '../../platform/operation/index.ts';
import type { PdfMaker } from '../../platform/pdf/index.ts';
import type { Solver } from '../../platform/solver/index.ts';
import { openWeb, type Visit, type Web } from '../../platform/web/index.ts';
import { operationRoutes } from '../operation/operation-routes.tsx';
import { type Product, projectRoot } from '../product.ts';
import { type ImportJob, type MoversJob, queues } from '../queues.ts';
import { workKinds } from '../work-kinds.ts';
import { codelistUpload } from './codelist-upload.ts';
import { homeRoutes } from './home.tsx';
import { footerOf, menuOf } from './menu.ts';
import { uploadRoutes } from './upload-routes.ts';

/** Everything that people see, put together: each room's routes, and the panels that rooms lend each other's pages. */
export async function buildWeb(
  product: Product,
  parts: {
    reader: LakeReader;
    counter: LakeReader;
    jobs: Jobs;
    pdf: PdfMaker;
    solver: Solver;
    log: Logger;
    largestUpload?: number;
  },
): Promise<Web> {
  const { config, book, home } = product;
  const describe = await describer(product);
  const content = readLibrary(product.content);
  const living = new LivingLibrary(content);
  const urgentCare = readUrgentCare(product.content);
  const web = await openWeb({
    book,
    clock: systemClock,
    log: parts.log,
    assets: join(projectRoot, 'dist', 'assets'),
    publicUrl: config.publicUrl,
    demo: product.purpose === 'demo',
    copyOf: await copyOf(product),
    securityContact: config.securityContact,
    oidc: config.oidc ? openOidc(config.oidc, new URL('/sign-in/callback', config.publicUrl).href) : null,
    pdf: parts.pdf,
    personas: () => personas(product, describe),
    readActor: (open, account) => readActor(open.as('app'), account),
    scope: async (tx, by) => {
      await openScope(tx, by);
      // Definitions that were written here come and go while we run: each visit sees those of the facts that it shows.
      await living.follow(tx);
    },
    navigation: (by) => menuOf(by, urgentCare),
    footer: footerOf,
    describe,
  });
  const kinds = readDefectKinds(product.content);
  const feeds = readFeedRules(product.content);
  const measures = measuresOf(living, readDisclosureRules(product.content), feeds);
  const access = new LakeAccess(parts.reader, home.lake, home.outcomes);

  const work = workKinds(product.content, kinds);
  const plans = readPlanContent(product.content);
  const inReach = readInReachPathway(product.content);
  const smi = readSmiPathway(product.content);
  const outreach = { pathway: readOutreachPathway(product.content), kinds: work, isStale: measures.isStale };
  outreachRoutes(web, outreach);
  const dashboard = { measures, kinds: work, plans };
  homeRoutes(web, { measures, kinds, work, plans, access, urgentCare });
  inReachRoutes(web, inReach);
  const checks = { pathway: smi, kinds: work, isStale: measures.isStale };
  smiRoutes(web, checks);
  dashboardRoutes(web, dashboard);
  workRoutes(web, work, [
    plansWorkList({ rules: plans, kinds: work }),
    smiWorkList(checks),
    outreachWorkList(outreach),
  ]);
  const continuity = readContinuityContent(product.content);
  arrivalRoutes(web, urgentCare);
  namedGpRoutes(web, {
    content: continuity,
    bands: () => [
      ...measures.ranking.bands,
      { id: 'unranked', title: 'Not ranked: under 20, or a feed is missing' },
    ],
    isStale: measures.isStale,
  });
  mdtRoutes(web, {
    pathway: readMdtPathway(product.content),
    kinds: work,
    panels: [needsPanel(access, measures), caseloadPanel, planPanel, workPanel(work)],
  });
  placeRoutes(web, {
    panels: [needPanel(measures)],
    // As with a decision on a match: the job's process takes longer to start than the change to be written.
    changed: () => parts.jobs.send(queues.refresh, {}),
  });
  placeFileRoutes(web, measures);
  const caseloads = readCaseloadPathway(product.content);
  const list = {
    measures,
    columns: [{ heading: 'Coordinated by', read: leadsOfPeople }],
    steps: [selectionStep, outreachStep(outreach.pathway)],
    acts: actsOnPeople(caseloads),
  };
  peopleRoutes(web, list);
  standingRoutes(web, { pathway: caseloads, list });
  personRoutes(web, {
    panels: [
      breakGlassPanel,
      arrivalPanel,
      namedPanel(continuity),
      caseloadPanel,
      inReachPanel(inReach),
      smiPanel(smi),
      planPanel,
      workPanel(work),
      needsPanel(access, measures),
    ],
    timeline: timelineOf(access, measures),
  });
  whyRoutes(web, access, measures);
  caseloadRoutes(web, {
    pathway: caseloads,
    list,
    evidence: (tx, visit, personId) => evidenceOf(tx, visit, personId, access, living.current),
  });
  selectionRoutes(web, {
    content: readSelectionContent(product.content),
    standard: readIntStandard(product.content),
    pathway: readCaseloadPathway(product.content),
    measures,
    solver: parts.solver,
  });
  planRoutes(web, {
    rules: plans,
    kinds: work,
    address: config.publicUrl.href.replace(/\/$/, ''),
    allergies: allergiesOf(timelineOf(access, measures)),
    asFhir,
  });
  matchRoutes(web, {
    method: readMatchingMethod(product.content),
    pathway: readIdentityPathway(product.content),
    // The job's process takes longer to start than the decision to be written; if it did not, the next import follows.
    decided: () => parts.jobs.send(queues.identify, {}),
  });
  patternRoutes(web, readLookPatterns(product.content));
  breakGlassRoutes(web, readBreakGlassPathway(product.content));
  protectedRoutes(web, readProtectedRules(product.content));
  qualityRoutes(web, { kinds, feeds });
  importRoutes(web, {
    access,
    lakeFolder: home.lake,
    async release(by, { delivery }) {
      const runId = await beginImportRun(book, by, { mends: delivery });
      await parts.jobs.send(queues.importFiles, { runId, release: delivery } satisfies ImportJob);
      return runId;
    },
  });
  await uploadRoutes(web, product, parts.jobs, parts.largestUpload);
  definitionRoutes(web, measures, product.content, living);
  draftRoutes(web, {
    measures,
    living,
    access,
    content: product.content,
    checks: readCheckPathway(product.content),
    desk: new CountDesk(new CohortLake(parts.counter, home), (error) =>
      parts.log.error({ err: error }, 'count failed'),
    ),
    // As with a decision on a match: the job's process takes longer to start than the publication to be written.
    published: () => parts.jobs.send(queues.refresh, {}),
  });
  codelistRoutes(web, {
    measures,
    content,
    asked: (check) => parts.jobs.send(queues.movers, { check } satisfies MoversJob),
    decided: () => parts.jobs.send(queues.refresh, {}),
  });
  codelistUpload(web, product, parts.jobs);
  equityRoutes(web, measures);
  optOutRoutes(web, measures);
  calibrationRoutes(web, measures, readCalibrationRules(product.content));
  profileRoutes(web, measures, readProfileRules(product.content));
  projectionRoutes(web, measures, readProjectionContent(product.content));
  auditRoutes(web);
  operationRoutes(web, product, parts.jobs, parts.log);
  const forWatchers = {
    access: { everybody: 'says that we are alive and which data we have, to who watches us' },
  };
  web.fastify.get('/health', { config: forWatchers }, async () => {
    const publication = await readPublication(book.as('app'));
    return { status: 'ok', snapshot: publication?.snapshotId ?? null };
  });
  return web;
}

function asFhir({ plan, person }: PlanLook): object {
  return planToFhir(documentOf(plan), {
    nhsNumber: person.nhs_number,
    familyName: person.family_name,
    givenNames: person.given_names,
    birthDate: person.birth_date,
  });
}

/** The allergies of a person's record, in the words of whoever recorded them. Null where nothing has been published yet. */
function allergiesOf(timeline: ReturnType<typeof timelineOf>) {
  return async ({ visit, person }: PlanLook): Promise<readonly string[] | null> => {
    const record = await timeline({ visit, person });
    if (!record) return null;
    const allergies = record.entries.filter(({ kind }) => kind === 'allergy');
    return [...new Set(allergies.map(({ what }) => what))];
  };
}

/** What somebody is taken on for: groups of people and where prevention stands are no reason. */
const TAKEN_ON_FOR: ReadonlySet<string> = new Set(['condition', 'case-finding']);

/** What definitions say of a person today: kept with the decision to take them on. */
async function evidenceOf(
  tx: Tx,
  _visit: Visit,
  personId: string,
  access: LakeAccess,
  library: ReturnType<typeof readLibrary>,
): Promise<object> {
  const publication = await readPublication(tx);
  if (!publication) return { snapshot: null };
  const person = await readPerson(tx, personId);
  const places = await readPlaces(tx);
  const practice = person.practice_id === null ? null : (places.place(person.practice_id)?.code ?? null);
  // Restricted rows are not copied into work: whoever may see them finds them in the record.
  const people = await evaluatePerson(tx, access, library, publication, {
    person,
    practice,
    seesRestricted: false,
  });
  return {
    snapshot: publication.snapshotId,
    asOf: publication.asOf,
    definitions: people.evaluations
      .filter(({ definition, outcome }) => outcome !== 'out' && TAKEN_ON_FOR.has(definition.group))
      .map((evaluation) => people.explain(evaluation)),
  };
}

/** Role and place of an actor, for the header. Names of places are read anew now and then: they change rarely. */
async function describer(product: Product): Promise<(by: Actor) => string> {
  let places = await readPlaces(product.book.as('app'));
  setInterval(() => {
    readPlaces(product.book.as('app')).then(
      (read) => {
        places = read;
      },
      () => {},
    );
  }, 60_000).unref();
  return (by) => {
    const place = places.all.find(({ code }) => code === by.organisation);
    return [roles[by.role], place?.name ?? by.organisation].filter((part) => part).join(', ');
  };
}

/** The moment up to which this book was restored, until somebody says that it is the installation from now on. */
async function copyOf({ book }: Product): Promise<string | undefined> {
  const restoration = await readRestoration(book.as('app'));
  if (restoration === null || restoration.acceptedAt !== null) return undefined;
  return formatInstant(restoration.lastCommit ?? restoration.backupMadeAt);
}

async function personas(product: Product, describe: (by: Actor) => string) {
  const known = await readPersonas(product.book.as('app'));
  const choices = [];
  for (const { account, subject, name } of known) {
    const by = await readActor(product.book.as('app'), account);
    if (by) choices.push({ subject, name, role: describe(by), order: Object.keys(roles).indexOf(by.role) });
  }
  return choices.sort((a, b) => a.order - b.order || a.subject.localeCompare(b.subject));
}
