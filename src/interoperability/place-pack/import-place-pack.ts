import { basename } from 'node:path';
import {
  changeAreas,
  changeGps,
  changeParents,
  changePlaces,
  changeStaff,
  changeTeam,
  isKnownTeam,
  type ParentChange,
  type PlaceChanges,
  readPlaces,
  removeStaff,
} from '../../domains/directory/index.ts';
import {
  type DirectoryFile,
  endOtherRelationships,
  openRelationship,
  ownDecision,
  personNumber,
  type TableAccount,
} from '../../domains/register/index.ts';
import { addDays, londonMidnight, parseNhsNumber, plainDate, Refusal } from '../../kernel/index.ts';
import { changeAccount, DEMO_ISSUER } from '../../platform/auth/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import { type PlacePack, readPlacePack } from './place-pack.ts';

/** A place pack as a file to be imported. */
export function placePackFile(file: string): DirectoryFile {
  return {
    name: basename(file),
    format: 'place-pack',
    load: (tx, { runId }) => importPlacePack(tx, file, runId),
  };
}

/**
 * Takes a place pack in, whole or not at all, in the given transaction. Importing it again changes nothing.
 * Throws Refusal when it names a person whom no practice has sent or a known place as one of another kind, ContentError
 * when it is wrong in itself.
 */
async function importPlacePack(tx: Tx, file: string, runId: number): Promise<TableAccount[]> {
  const pack = readPlacePack(file);
  const source = `place pack ${basename(file)}`;
  const places = await changePlaces(
    tx,
    pack.places.map(({ id, kind, name, postcode, opened, closed }) => ({
      code: id,
      kind,
      name,
      postcode: postcode ?? null,
      opened: opened ?? null,
      closed,
    })),
    source,
    { asOf: pack.valid_from, runId },
  );
  const parents = await changeParents(tx, parentChanges(pack), { source, asOf: pack.valid_from, runId });
  const tree = await readPlaces(tx);
  const areas = await changeAreas(
    tx,
    pack.areas.map((area) => ({
      lsoa: area.lsoa,
      imdDecile: area.imd_decile,
      imdRelease: area.imd_release ?? null,
      neighbourhood: area.neighbourhood === undefined ? null : tree.named(area.neighbourhood).id,
    })),
  );
  const teams = new Map<string, number>();
  let newTeams = 0;
  for (const { id, name, kind, place } of pack.teams) {
    const team = { code: id, name, kind, placeId: tree.named(place).id };
    if (!(await isKnownTeam(tx, team))) newTeams++;
    teams.set(id, await changeTeam(tx, team));
  }
  let newStaff = 0;
  const accounts = new Map<string, string>();
  for (const person of pack.staff) {
    const practiceId = (code: string) =>
      tree.all.find((place) => place.code === code && place.kind === 'practice')?.id;
    const { account: taken, isNews } = await takeStaff(tx, person, teams, practiceId);
    accounts.set(person.key, taken);
    if (isNews) newStaff++;
  }
  const gps = await changeGps(
    tx,
    pack.gps.map(({ id, name, practice, staff, left, practitioners }) => ({
      code: id,
      name,
      practiceId: tree.named(practice).id,
      account: staff === undefined ? null : (accounts.get(staff) ?? null),
      ends: left === undefined ? null : addDays(plainDate(left), 1),
      practitioners,
    })),
  );
  const agreements = await takeAgreements(tx, pack, teams, (code) => tree.named(code).id);
  return [
    account('places', places),
    account('parents', parents),
    account('areas', areas),
    account('teams', { loaded: newTeams, duplicate: pack.teams.length - newTeams }),
    account('staff', { loaded: newStaff, duplicate: pack.staff.length - newStaff }),
    account('agreements', agreements),
    ...(pack.gps.length === 0 ? [] : [account('gps', gps)]),
  ];
}

function parentChanges(pack: PlacePack): ParentChange[] {
  return pack.places.flatMap(({ id, within, pcn, federation, site_of }) => {
    const parents = [
      ['within', within],
      ['member_of', pcn],
      ['federated_in', federation],
      ['part_of', site_of],
    ] as const;
    return parents.flatMap(([relation, parent]) =>
      parent === undefined ? [] : [{ child: id, parent, relation, starts: pack.valid_from }],
    );
  });
}

/** Returns their account, and whether what they do here was news. */
async function takeStaff(
  tx: Tx,
  person: PlacePack['staff'][number],
  teams: ReadonlyMap<string, number>,
  practiceId: (code: string) => number | undefined,
): Promise<{ account: string; isNews: boolean }> {
  const account = await changeAccount(tx, {
    name: person.name,
    issuer: person.oidc?.issuer ?? DEMO_ISSUER,
    subject: person.oidc?.subject ?? person.key,
    active: !person.left,
  });
  if (person.left) {
    await endOtherRelationships(tx, { account, kinds: OF_STAFF, keep: [] }, 'left');
    return { account, isNews: await removeStaff(tx, account) };
  }
  const isNews = await changeStaff(tx, {
    account,
    role: person.role,
    organisation: person.organisation ?? null,
    teamId: person.team === undefined ? null : (teams.get(person.team) ?? null),
    capacity: person.capacity ?? null,
    profession: person.profession ?? null,
    contact: person.contact ?? null,
  });
  // A GP of urgent care or of a team works for another place, and cares for no practice's people.
  const practice = person.organisation === undefined ? undefined : practiceId(person.organisation);
  const worksInPractice = ['gp', 'practice_nurse', 'practice_manager'].includes(person.role);
  const keep: number[] = [];
  if (worksInPractice && practice !== undefined) {
    const { id } = await openRelationship(tx, {
      kind: 'practice_staff',
      holder: { account },
      about: { practice },
      purpose: 'works at the registered practice',
    });
    keep.push(id);
  }
  if (person.person !== undefined) keep.push(await takeSelfOrCarer(tx, person, account));
  await endOtherRelationships(tx, { account, kinds: OF_STAFF, keep }, 'changed post');
  return { account, isNews };
}

/** The relationships that a place pack says of an account, and so ends when it no longer says them. */
const OF_STAFF = ['practice_staff', 'self', 'carer'] as const;

async function takeSelfOrCarer(tx: Tx, person: PlacePack['staff'][number], account: string): Promise<number> {
  const number = parseNhsNumber(person.person ?? '');
  const personNo = number === null ? null : await personNumber(tx, number);
  if (personNo === null) {
    throw new Refusal({
      code: 'unknown_person',
      because: `staff ${person.key}: no practice has sent a person with that NHS number.`,
      remedy: 'Import the practice’s extract first, then this file again.',
    });
  }
  const carer = person.role === 'carer';
  // What the person decided of their carer, no file changes; and whom they ended stays ended.
  const decided = carer ? await ownDecision(tx, { account, person: personNo }) : null;
  if (decided) return decided.id;
  const { id } = await openRelationship(tx, {
    kind: carer ? 'carer' : 'self',
    holder: { account },
    about: { person: personNo },
    purpose: carer ? 'cares for this person, as far as they granted' : 'is this person',
    grants: person.grants ?? [],
  });
  return id;
}

async function takeAgreements(
  tx: Tx,
  pack: PlacePack,
  teams: ReadonlyMap<string, number>,
  placeId: (code: string) => number,
): Promise<PlaceChanges> {
  let loaded = 0;
  for (const agreement of pack.agreements) {
    const { isNew } = await openRelationship(tx, {
      kind: 'int_agreement',
      holder: { team: teams.get(agreement.team) ?? 0 },
      about: { practice: placeId(agreement.practice) },
      purpose: agreement.purpose,
      basis: { assurance: agreement.assurance },
      starts: londonMidnight(plainDate(agreement.from)),
      // The last day counts: it ends when the next one begins.
      ends: londonMidnight(addDays(plainDate(agreement.to), 1)),
    });
    if (isNew) loaded++;
  }
  return { loaded, duplicate: pack.agreements.length - loaded };
}

function account(table: string, { loaded, duplicate }: PlaceChanges): TableAccount {
  return { table, read: loaded + duplicate, loaded, quarantined: 0, duplicate, removed: 0, reasons: {} };
}
